import type { Node } from '../../api/core.ts'
import type { Taint } from '../../api/scheduling.ts'
import { validateObject } from '../../api/validation.ts'
import { HitlessError } from '../../base/error.ts'
import type { Profile } from '../../proxy/profile.ts'
import { profileNamed } from '../test/profile-flag.ts'

/** The flags of `hitless node`, as commander hands them over. */
export interface NodeFlags {
  readonly kubeconfig?: string
  readonly context?: string
  readonly name?: string
  readonly label?: readonly string[]
  readonly taint?: readonly string[]
  readonly data?: string
  readonly path?: string
  readonly runtime?: string
}

export interface NodeSettings {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly taints: readonly Taint[]
  readonly profile: Profile
}

/** Throws HitlessError (exit code 2) for what the API server would refuse, too. */
export function readNodeFlags(flags: NodeFlags, hostname: string): NodeSettings {
  const name = flags.name ?? `hitless-${hostname.toLowerCase()}`
  const labels = Object.fromEntries((flags.label ?? []).map(readLabel))
  const taints = (flags.taint ?? []).map(readTaint)
  const node: Node = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels },
    spec: { taints },
  }
  const [fault] = validateObject(node)
  if (fault !== undefined) {
    const flag = FLAGS.find(({ field }) => fault.path.startsWith(field))?.flag ?? '--name'
    throw wrong(flag, fault.message)
  }
  return { name, labels, taints, profile: profileNamed(flags.path ?? 'kube-proxy') }
}

const FLAGS = [
  { field: 'metadata.labels', flag: '--label' },
  // So Kubernetes calls them, though they are in the spec.
  { field: 'metadata.taints', flag: '--taint' },
]

function readLabel(text: string): readonly [string, string] {
  const [, key, value] = /^([^=]*)=(.*)$/s.exec(text) ?? []
  if (key === undefined || value === undefined) throw wrong('--label', `${text} has no "="`)
  return [key, value]
}

/** `KEY=VALUE:EFFECT`, as `kubectl taint` takes it; the value may be left out. */
function readTaint(text: string): Taint {
  const [, key, value, effect] = /^([^=:]*)(?:=([^:]*))?:(.*)$/s.exec(text) ?? []
  if (key === undefined || effect === undefined) throw wrong('--taint', `${text} has no effect`)
  return { key, effect, ...(value === undefined ? {} : { value }) }
}

function wrong(flag: string, what: string): HitlessError {
  const hint = HINTS.get(flag) ?? ''
  return new HitlessError('bad-flag', `${flag}: ${what}`, { exitCode: 2, hint })
}

const HINTS: ReadonlyMap<string, string> = new Map([
  ['--name', 'Try --name laptop.'],
  ['--label', 'Try --label zone=desk.'],
  ['--taint', 'Try --taint hitless=only:NoSchedule.'],
])
