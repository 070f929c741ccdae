import { HitlessError } from '../../base/error.ts'
import type { Profile } from '../../proxy/profile.ts'
import { profileNamed } from '../test/profile-flag.ts'
import { readRuntimeFlag, type RuntimeName } from '../engine/runtime-choice.ts'

/** The flags of `hitless up`, as commander hands them over. */
export interface UpFlags {
  readonly filename?: readonly string[]
  readonly data?: string
  /** False: --no-node. */
  readonly node: boolean
  readonly nodes?: string
  readonly port?: string
  readonly kubeconfig?: string
  readonly path?: string
  readonly runtime?: string
}

export interface UpSettings {
  readonly files: readonly string[]
  /** Empty with --no-node. */
  readonly nodeNames: readonly string[]
  /** 0: any free one. */
  readonly port: number
  readonly profile: Profile
  readonly runtime: RuntimeName
}

const NODES_MAX = 100

/** Throws HitlessError (exit code 2). */
export function readUpFlags(flags: UpFlags): UpSettings {
  if (!flags.node && flags.nodes !== undefined) {
    throw wrong('--nodes and --no-node exclude each other', 'Leave one of the two out.')
  }
  refuseEmpty('--data', flags.data)
  refuseEmpty('--kubeconfig', flags.kubeconfig)
  const count = flags.node ? wholeNumber('--nodes', flags.nodes ?? '1', 1, NODES_MAX) : 0
  return {
    files: flags.filename ?? [],
    // Those of fewer nodes are among those of more, so that pods keep theirs.
    nodeNames: Array.from({ length: count }, (_, index) =>
      index === 0 ? 'hitless' : `hitless-${index + 1}`,
    ),
    port: wholeNumber('--port', flags.port ?? '0', 0, 65_535),
    profile: profileNamed(flags.path ?? 'kube-proxy'),
    runtime: readRuntimeFlag(flags.runtime),
  }
}

/** What an unset variable of a shell leaves; it would mean the current directory. */
function refuseEmpty(flag: string, path: string | undefined): void {
  if (path === '') throw wrong(`${flag} is empty`, `Name a path, or leave ${flag} out.`)
}

function wholeNumber(flag: string, text: string, min: number, max: number): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= min && value <= max) return value
  throw wrong(`${flag} ${text}: not a whole number from ${min} to ${max}`, `Try ${flag} ${min}.`)
}

function wrong(message: string, hint: string): HitlessError {
  return new HitlessError('bad-flag', message, { exitCode: 2, hint })
}
