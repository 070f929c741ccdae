import { concatenate } from '../../base/concatenate.ts'
import type { ExecResult, StreamEnd } from '../runtime.ts'
import { isUnreachable } from './engine.ts'
import { openExecStreams, type ExecRequest, type ExecWorld } from './exec-streams.ts'

const OUTPUT_BYTES_MAX = 10 * 1024

/** Runs a command to its end, or to the timeout's, at which it is killed: nothing of it runs when this resolves. */
export async function runExec(
  world: ExecWorld,
  request: Pick<ExecRequest, 'containerId' | 'command' | 'env'> & {
    readonly timeoutMs: number
    readonly signal?: AbortSignal
  },
): Promise<ExecResult> {
  const { timeoutMs, signal, ...exec } = request
  const chunks: Uint8Array[] = []
  let room = OUTPUT_BYTES_MAX
  const { promise: end, resolve } = Promise.withResolvers<StreamEnd | 'timeout' | 'aborted'>()
  const onAbort = () => resolve('aborted')
  signal?.addEventListener('abort', onAbort)
  try {
    const streams = await openExecStreams(
      world,
      { ...exec, stdin: false, tty: false },
      {
        onOutput(_stream, bytes) {
          chunks.push(bytes.subarray(0, room))
          room -= Math.min(room, bytes.length)
        },
        onDrain: () => undefined,
        onEnd: resolve,
      },
    )
    if (signal?.aborted === true) onAbort()
    // As with the kubelet, the time that the engine takes to start it does not count.
    const timer = world.clock.after(timeoutMs, () => resolve('timeout'))
    const how = await end
    timer.cancel()
    const output = new TextDecoder().decode(concatenate(chunks))
    if (typeof how === 'object') {
      return { exitCode: how.exitCode, output: how.error ?? output, timedOut: false }
    }
    await streams.kill()
    return { exitCode: 137, output, timedOut: how === 'timeout' }
  } catch (error) {
    // That nobody answers says nothing of the command.
    if (isUnreachable(error)) throw error
    return { exitCode: 126, output: error instanceof Error ? error.message : '', timedOut: false }
  } finally {
    signal?.removeEventListener('abort', onAbort)
  }
}
