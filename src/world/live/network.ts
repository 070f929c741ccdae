import type { Buffer } from 'node:buffer'
import { connect, createServer, type Socket } from 'node:net'
import type {
  Address,
  ConnectTarget,
  Connection,
  ConnectionHandlers,
  Listener,
  Network,
} from '../network.ts'
import { listenDatagrams } from './datagrams.ts'
import { requestHttp } from './http-request.ts'
import { requestHttp2 } from './http2-request.ts'
import { LiveConnection } from './connection.ts'
import { ReadBuffer } from './read-buffer.ts'
import { addressLookup } from './rotating-lookup.ts'
import { openTlsConnection } from './tls-connection.ts'

/** The operating system's sockets. One per thread is enough; it holds one read buffer. */
export function liveNetwork(): Network {
  const reads = new ReadBuffer()
  return {
    connect: (target, handlers) =>
      target.tls === undefined
        ? openConnection(target, handlers, reads)
        : openTlsConnection(target, target.tls, handlers, reads),
    listen,
    listenDatagrams,
    request: requestHttp,
    requestHttp2,
  }
}

/** Bytes queued on one connection before `write` asks to wait. */
const QUEUED_BYTES_MAX = 256 * 1024

/** The kernel lowers it to net.core.somaxconn. */
const BACKLOG = 4096

function openConnection(
  { host, port, usesAllAddresses }: ConnectTarget,
  handlers: ConnectionHandlers,
  reads: ReadBuffer,
): Connection {
  const options = {
    host,
    port,
    noDelay: true,
    allowHalfOpen: true,
    autoSelectFamily: false,
    ...addressLookup(usesAllAddresses),
    writableHighWaterMark: QUEUED_BYTES_MAX,
    onread: {
      buffer: reads.bytes,
      callback: (length: number) => {
        handlers.onData(reads.view(length))
        return true
      },
    },
  }
  const socket = connect(options)
  const connection = new LiveConnection(socket, { host, port }, reads.bytes.buffer)
  connection.tell(handlers)
  return connection
}

function listen(
  { host, port }: Address,
  onConnection: (connection: Connection) => ConnectionHandlers,
): Promise<Listener> {
  return new Promise((resolve, reject) => {
    const server = createServer(
      { allowHalfOpen: true, noDelay: true, highWaterMark: QUEUED_BYTES_MAX },
      (socket) => accept(socket, onConnection),
    )
    server.once('error', reject)
    server.listen({ host, port, backlog: BACKLOG }, () => {
      server.off('error', reject)
      // A failed accept (no descriptors left) concerns one connection, whose client sees it.
      server.on('error', () => undefined)
      const bound = server.address()
      resolve({
        port: typeof bound === 'object' && bound !== null ? bound.port : port,
        // Closing frees the port at once; waiting for the connections would be another thing.
        close: () =>
          new Promise((closed) => {
            server.close()
            setImmediate(closed)
          }),
      })
    })
  })
}

function accept(
  socket: Socket,
  onConnection: (connection: Connection) => ConnectionHandlers,
): void {
  const peer = { host: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 }
  const connection = new LiveConnection(socket, peer)
  const handlers = onConnection(connection)
  connection.tell(handlers)
  handlers.onOpen()
  // Reading starts here; earlier bytes wait in the kernel.
  socket.on('data', (bytes: Buffer) => handlers.onData(bytes))
}
