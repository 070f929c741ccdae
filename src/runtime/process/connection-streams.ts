import type { Address, Network } from '../../world/network.ts'
import { PortRefusedError, type OpenStreams, type StreamHandlers } from '../runtime.ts'

/** A connection as streams; `port` is the one that was asked for, as messages name it. */
export function openConnectionStreams(
  network: Network,
  target: Address,
  port: number,
  handlers: StreamHandlers,
): Promise<OpenStreams> {
  const { promise, resolve, reject } = Promise.withResolvers<OpenStreams>()
  let isOpen = false
  let isStopped = false
  const connection = network.connect(target, {
    onOpen() {
      isOpen = true
      resolve(streams)
    },
    onData: (bytes) => isStopped || handlers.onOutput('stdout', bytes.slice()),
    onDrain: () => isStopped || handlers.onDrain(),
    onEnd: () => connection.end(),
    onClose() {
      if (isOpen && !isStopped) handlers.onEnd({ exitCode: 0 })
      const reason = `dial tcp4 127.0.0.1:${port}: connect: connection refused`
      reject(new PortRefusedError(`failed to connect to localhost:${port} of the pod: ${reason}`))
    },
  })
  const streams: OpenStreams = {
    writeInput: (bytes) => connection.write(bytes),
    endInput: () => undefined,
    pause: () => connection.pause(),
    resume: () => connection.resume(),
    stop() {
      isStopped = true
      connection.reset()
    },
    resize: () => undefined,
  }
  return promise
}
