import type { Taint } from '../api/scheduling.ts'
import { checkLabelValue, checkQualifiedName, checkSubdomain } from '../api/validation/names.ts'
import { HitlessError } from '../base/error.ts'
import type { Profile } from '../proxy/profile.ts'
import { profileNamed } from './profile-flag.ts'

/** The flags of `hitless node`, as commander hands them over. */
export interface NodeFlags {
  readonly kubeconfig?: string
  readonly context?: string
  readonly name?: string
  readonly label?: readonly string[]
  readonly taint?: readonly string[]
  readonly data?: string
  readonly path?: string
}

export interface NodeSettings {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly taints: readonly Taint[]
  readonly profile: Profile
}

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']

/** Throws HitlessError (exit code 2). */
export function readNodeFlags(flags: NodeFlags, hostname: string): NodeSettings {
  const name = flags.name ?? `hitless-${hostname.toLowerCase()}`
  refuse('--name', name, checkSubdomain(name))
  return {
    name,
    labels: Object.fromEntries((flags.label ?? []).map(readLabel)),
    taints: (flags.taint ?? []).map(readTaint),
    profile: profileNamed(flags.path ?? 'kube-proxy'),
  }
}

function readLabel(text: string): readonly [string, string] {
  const [, key = '', value = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? []
  refuse('--label', text, [...checkQualifiedName(key), ...checkLabelValue(value)])
  return [key, value]
}

/** `KEY=VALUE:EFFECT`, as `kubectl taint` takes it; the value may be left out. */
function readTaint(text: string): Taint {
  const [, key = '', value, effect = ''] = /^([^=:]*)(?:=([^:]*))?:(.*)$/s.exec(text) ?? []
  refuse('--taint', text, [
    ...checkQualifiedName(key),
    ...checkLabelValue(value ?? ''),
    ...(EFFECTS.includes(effect) ? [] : [`the effect is one of ${EFFECTS.join(', ')}`]),
  ])
  return { key, effect, ...(value === undefined ? {} : { value }) }
}

function refuse(flag: string, text: string, faults: readonly string[]): void {
  if (faults.length === 0) return
  throw new HitlessError('bad-flag', `${flag} ${text}: ${faults[0]}`, {
    exitCode: 2,
    hint: HINTS.get(flag) ?? '',
  })
}

const HINTS: ReadonlyMap<string, string> = new Map([
  ['--name', 'Try --name laptop.'],
  ['--label', 'Try --label zone=desk.'],
  ['--taint', 'Try --taint hitless=only:NoSchedule.'],
])
