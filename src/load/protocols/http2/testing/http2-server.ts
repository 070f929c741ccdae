import * as http2 from 'node:http2'
import { createServer, type Server, type Socket } from 'node:net'
import { invariant } from '../../../../base/invariant.ts'
import { encodeGoAway, ERROR } from '../../../../base/http2-frames.ts'

/** A server of Node's, which keeps its own account of what it was asked. */
export class Http2TestServer {
  /** Numbers of the requests that it saw, in the order in which they came. */
  readonly seen: string[] = []
  readonly sessions = new Set<http2.ServerHttp2Session>()
  sessionCount = 0
  /** Called for each request as it begins. */
  onRequest: () => void = () => undefined
  /** Apart from the server, which when closed would say GOAWAY on all sessions at once. */
  readonly #listener: Server
  readonly #sockets = new WeakMap<http2.ServerHttp2Session, Socket>()

  /** `answer` is called for each request that came whole. */
  constructor(
    answer: (stream: http2.ServerHttp2Stream, request: ReceivedRequest) => void,
    options: http2.ServerOptions = {},
  ) {
    const server = http2.createServer(options)
    let accepted: Socket | undefined
    this.#listener = createServer((socket) => {
      accepted = socket
      server.emit('connection', socket)
    })
    server.on('session', (session) => {
      if (accepted !== undefined) this.#sockets.set(session, accepted)
      this.sessionCount++
      this.sessions.add(session)
      session.on('close', () => void this.sessions.delete(session))
      session.on('error', () => undefined)
    })
    server.on('stream', (stream, headers) => {
      this.seen.push(String(headers['x-request-id']))
      this.onRequest()
      const pieces: Buffer[] = []
      stream.on('error', () => undefined)
      stream.on('data', (bytes: Buffer) => void pieces.push(bytes))
      stream.on('end', () => answer(stream, { headers, body: Buffer.concat(pieces) }))
    })
  }

  async listen(port = 0): Promise<number> {
    await new Promise<void>((resolve) => void this.#listener.listen(port, '127.0.0.1', resolve))
    const address = this.#listener.address()
    invariant(address !== null && typeof address === 'object', 'the server listens on a port')
    return address.port
  }

  /**
   * Accepts no more, says GOAWAY without denying anything, and again when clients know (RFC 9113, section 6.8). The first is
   * written past nghttp2, which Node cannot ask for a notice, and which reads no new stream after a GOAWAY of its own.
   */
  async drain(): Promise<void> {
    const closed = this.#closed()
    const sessions = [...this.sessions]
    await Promise.all(
      sessions.map(async (session) => {
        // SETTINGS come first on any connection, also on one that has only just begun.
        await hasRead(session)
        this.#sockets.get(session)?.write(encodeGoAway(2 ** 31 - 1, ERROR.noError))
        await hasRead(session)
      }),
    )
    for (const session of sessions) session.close()
    await closed
  }

  /** Accepts no more, and says GOAWAY once: what is on its way by then is not processed. */
  async closeSessions(): Promise<void> {
    const closed = this.#closed()
    for (const session of this.sessions) session.close()
    await closed
  }

  /** Ends connections in the middle of whatever they carry. */
  async destroy(): Promise<void> {
    const closed = this.#closed()
    for (const session of this.sessions) session.destroy()
    await closed
  }

  #closed(): Promise<void> {
    return new Promise<void>((resolve) => void this.#listener.close(() => resolve()))
  }
}

/** Once the client has read what it was sent, and all that it wrote before that has been read. */
async function hasRead(session: http2.ServerHttp2Session): Promise<void> {
  await new Promise<void>((resolve) => {
    // A client without streams leaves when it is told to.
    session.once('goaway', resolve).once('close', resolve)
    if (session.closed || session.destroyed || !session.ping(() => resolve())) resolve()
  })
}

export interface ReceivedRequest {
  readonly headers: http2.IncomingHttpHeaders
  readonly body: Buffer
}
