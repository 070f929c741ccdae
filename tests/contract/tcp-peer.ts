import { connect, createServer, type Socket } from 'node:net'

/** One end of a TCP connection, made of the runtime's own sockets and none of our code. */
export interface TcpPeer {
  readonly socket: Socket
  /** What has arrived so far. */
  readonly received: () => string
  /** Resolves when `text` has arrived in full. */
  readonly arrived: (text: string) => Promise<void>
  /** Resolves at the other side's FIN. */
  readonly ended: Promise<void>
  /** Resolves when all is over, with the errno if it ended badly. */
  readonly closed: Promise<string | undefined>
}

export function newTcpPeer(socket: Socket): TcpPeer {
  const chunks: Buffer[] = []
  const received = () => Buffer.concat(chunks).toString('latin1')
  let errno: string | undefined
  const closed = Promise.withResolvers<string | undefined>()
  const ended = Promise.withResolvers<void>()
  socket.on('error', (error: NodeJS.ErrnoException) => (errno = error.code))
  socket.on('data', (bytes: Buffer) => chunks.push(bytes))
  socket.once('end', () => ended.resolve())
  socket.once('close', () => closed.resolve(errno))
  return {
    socket,
    received,
    arrived: (text) =>
      new Promise((resolve) => {
        const look = () => {
          if (!received().includes(text)) return
          socket.off('data', look)
          resolve()
        }
        socket.on('data', look)
        look()
      }),
    ended: ended.promise,
    closed: closed.promise,
  }
}

/** The client's side. Half-open is allowed: a FIN from the other side does not close ours. */
export function dialTcp(host: string, port: number): TcpPeer {
  return newTcpPeer(connect({ host, port, allowHalfOpen: true, autoSelectFamily: false }))
}

export interface TcpServer {
  readonly port: number
  /** The next connection that arrives, or one that has arrived and was not taken. */
  accept(): Promise<TcpPeer>
  close(): Promise<void>
}

/** Listens on a free port. `onPeer` sees every connection first. */
export async function listenTcp(
  host: string,
  onPeer: (peer: TcpPeer) => void = () => undefined,
): Promise<TcpServer> {
  const waiting: ((peer: TcpPeer) => void)[] = []
  const untaken: TcpPeer[] = []
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    const peer = newTcpPeer(socket)
    onPeer(peer)
    const taker = waiting.shift()
    if (taker === undefined) untaken.push(peer)
    else taker(peer)
  })
  await new Promise<void>((resolve) => server.listen({ host, port: 0 }, resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return {
    port: address.port,
    accept: () => {
      const peer = untaken.shift()
      return peer === undefined
        ? new Promise((resolve) => waiting.push(resolve))
        : Promise.resolve(peer)
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}
