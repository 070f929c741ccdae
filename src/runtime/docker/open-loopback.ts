import type { OpenStreams, PortRefusedError, StreamHandlers } from '../runtime.ts'
import { openExecStreams, type ExecRequest, type ExecWorld } from './exec-streams.ts'
import { FirstLine } from './exec-script.ts'

/** A connection to a port of the pod's loopback through a command in it; `refused` where that cannot be. */
export async function openInsideLoopback(
  world: ExecWorld,
  request: Pick<ExecRequest, 'containerId' | 'command' | 'env'>,
  { handlers, refused }: { readonly handlers: StreamHandlers; readonly refused: PortRefusedError },
): Promise<OpenStreams> {
  const { promise: opened, resolve, reject } = Promise.withResolvers<void>()
  let isOpen = false
  const first = new FirstLine((line) => {
    if (line !== 'open') return reject(refused)
    isOpen = true
    resolve()
  })
  const streams = await openExecStreams(
    world,
    { ...request, stdin: true, tty: false },
    {
      onOutput(stream, bytes) {
        if (stream === 'stderr') return
        const rest = first.add(bytes)
        if (isOpen && rest.length > 0) handlers.onOutput('stdout', rest)
      },
      onDrain: () => handlers.onDrain(),
      onEnd() {
        if (isOpen) handlers.onEnd({ exitCode: 0 })
        reject(refused)
      },
    },
  )
  await opened
  return streams
}
