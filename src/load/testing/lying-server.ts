import { createServer, type Server, type Socket } from 'node:net'
import { invariant } from '../../base/invariant.ts'
import type { Outcome } from '../../timeline/outcome.ts'

export const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'
const ANSWER_AND_CLOSE = ANSWER.replace('\r\n', '\r\nConnection: close\r\n')

/** What the server did with a request, in the client's words; it knows, because it did it. */
export type Deed = Outcome

export interface Visit {
  readonly socket: Socket
  /** Of this connection, from 1. */
  readonly nth: number
  /** The client announced that it closes. */
  readonly closes: boolean
}

/** A real server that treats each request as told, and keeps count. */
export class LyingServer {
  readonly deeds: Partial<Record<Deed, number>> = {}
  connections = 0
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  constructor(treat: (visit: Visit) => Deed, onAccept?: (socket: Socket) => void) {
    this.#server = createServer({ noDelay: true }, (socket) => {
      this.connections++
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
      socket.on('error', () => undefined)
      onAccept?.(socket)
      let nth = 0
      let text = ''
      socket.on('data', (bytes) => {
        text += bytes.toString('latin1')
        for (let end = text.indexOf('\r\n\r\n'); end !== -1; end = text.indexOf('\r\n\r\n')) {
          const closes = text.slice(0, end).includes('Connection: close')
          text = text.slice(end + 4)
          this.count(treat({ socket, nth: ++nth, closes }))
        }
      })
    })
  }

  count(deed: Deed): void {
    this.deeds[deed] = (this.deeds[deed] ?? 0) + 1
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    const address = this.#server.address()
    invariant(address !== null && typeof address === 'object', 'the server listens on a port')
    return address.port
  }

  close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    return new Promise((resolve) => void this.#server.close(() => resolve()))
  }
}

/** Answers well, and keeps the connection as the client wishes. */
export function answerWell({ socket, closes }: Visit): Deed {
  if (closes) socket.end(ANSWER_AND_CLOSE)
  else socket.write(ANSWER)
  return 'ok'
}
