import { ContainerStartError } from '../../runtime/runtime.ts'
import type { ContainerPhase } from './container-record.ts'
import { ContainerConfigError } from './container-config-error.ts'
import { NS_PER_MS, type NodeTimings } from '../timings.ts'

/** What becomes of a container that could not be configured, created or started. */
export type StartFailure =
  /** Nothing was made; it is tried again. */
  | { readonly kind: 'waits'; readonly phase: ContainerPhase; readonly message: string }
  /** It was made, and its program cannot be run: that counts as an exit. */
  | { readonly kind: 'ended'; readonly message: string }

export function judgeStartFailure(
  error: unknown,
  now: number,
  { retryMs }: NodeTimings,
): StartFailure {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof ContainerStartError) return { kind: 'ended', message }
  const reason =
    error instanceof ContainerConfigError ? 'CreateContainerConfigError' : 'CreateContainerError'
  const retryAt = now + retryMs * NS_PER_MS
  return { kind: 'waits', phase: { kind: 'waiting', reason, message, retryAt }, message }
}
