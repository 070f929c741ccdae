import type { Runtime } from '../../runtime/runtime.ts'
import type { ProbeOutcome } from './outcome.ts'

/** An exec probe: a success when the command, run in the container, exits with 0 in time. */
export async function probeExec(
  runtime: Runtime,
  containerId: string,
  command: readonly string[],
  {
    timeoutSeconds,
    ...limits
  }: {
    readonly timeoutSeconds: number
    readonly timeoutMs: number
    readonly signal: AbortSignal
  },
): Promise<ProbeOutcome> {
  try {
    const result = await runtime.exec(containerId, command, limits)
    if (result.timedOut) {
      const words = command.join(' ')
      return {
        kind: 'failure',
        message: `command timed out: "${words}" timed out after ${timeoutSeconds}s`,
      }
    }
    return result.exitCode === 0 ? { kind: 'success' } : { kind: 'failure', message: result.output }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { kind: 'error', state: 'unknown', message }
  }
}
