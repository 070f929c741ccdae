import { ApiError } from '../../api/api-error.ts'
import type { OpenPort, PortSink } from '../../api/pod-access.ts'
import { PortRefusedError, type OpenStreams, type Runtime } from '../../runtime/runtime.ts'
import type { Connection, Network, SocketError } from '../../world/network.ts'

export interface PodPort {
  readonly sandboxId: string
  readonly ip: string
  readonly port: number
}

interface Doors {
  readonly network: Network
  readonly runtime: Runtime
}

/**
 * Connects to a port of a pod: at its address and, where nobody listens there, on its loopback. A kubelet tries the
 * loopback alone, but a connection from outside is far cheaper than one from inside of the pod's network.
 */
export async function connectToPod(
  { network, runtime }: Doors,
  target: PodPort,
  sink: PortSink,
): Promise<OpenPort> {
  const direct = await connectDirectly(network, target, sink)
  if (direct !== undefined) return direct
  try {
    return onLoopback(
      await runtime.openLoopback(target.sandboxId, target.port, loopbackHandlers(sink)),
    )
  } catch (error) {
    if (!(error instanceof PortRefusedError)) throw error
    throw new ApiError('InternalError', error.message)
  }
}

/** Undefined when there is no connection to be had. */
function connectDirectly(
  network: Network,
  { ip, port }: PodPort,
  sink: PortSink,
): Promise<OpenPort | undefined> {
  return new Promise((resolve) => {
    let isOpen = false
    const connection: Connection = network.connect(
      { host: ip, port },
      {
        onOpen: () => {
          isOpen = true
          resolve(openPort(connection))
        },
        // The memory belongs to the network, and the sink may keep what it gets.
        onData: (bytes) => sink.onData(bytes.slice()),
        onEnd: () => sink.onEnd(),
        onDrain: () => sink.onDrain(),
        onClose: (error) => {
          if (isOpen) sink.onClose(error === undefined ? undefined : wordsOf(error))
          else resolve(undefined)
        },
      },
    )
  })
}

function openPort(connection: Connection): OpenPort {
  return {
    write: (bytes) => connection.write(bytes),
    end: () => connection.end(),
    pause: () => connection.pause(),
    resume: () => connection.resume(),
    stop: () => connection.reset(),
  }
}

function wordsOf({ syscall, code }: SocketError): string {
  return code === 'ECONNRESET' ? `${syscall}: connection reset by peer` : `${syscall}: ${code}`
}

function loopbackHandlers(sink: PortSink) {
  return {
    onOutput: (stream: 'stdout' | 'stderr', bytes: Uint8Array) => {
      if (stream === 'stdout') sink.onData(bytes)
    },
    onDrain: () => sink.onDrain(),
    onEnd: () => {
      sink.onEnd()
      sink.onClose()
    },
  }
}

function onLoopback(streams: OpenStreams): OpenPort {
  return {
    write: (bytes) => streams.writeInput(bytes),
    end: () => streams.endInput(),
    pause: () => streams.pause(),
    resume: () => streams.resume(),
    stop: () => streams.stop(),
  }
}
