import { createServer, type Server, type Socket } from 'node:net'
import { invariant } from '../../base/invariant.ts'
import type { Outcome } from '../../timeline/outcome.ts'

export const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'
export const ANSWER_AND_CLOSE = ANSWER.replace('\r\n', '\r\nConnection: close\r\n')

/** What the server did with a request, in the client's words; it knows, because it did it. */
export type Deed = Outcome

export interface Visit {
  readonly socket: Socket
  /** Of this connection, from 1. */
  readonly nth: number
  /** The client announced that it closes. */
  readonly closes: boolean
  /** The client asked to keep the connection, as HTTP/1.0 has to; some close it where nobody agrees. */
  readonly asksToKeep?: boolean
}

/** Of outcomes, those that time alone ends. */
export function timedOut(outcomes: Partial<Record<Outcome, number>>): number {
  const { 'timeout-no-byte': none = 0, 'timeout-stalled': some = 0 } = outcomes
  return none + some + (outcomes['connect-timeout'] ?? 0)
}

/** A real server that treats each request as told, and keeps count. Bodies of requests are skipped. */
export class LyingServer {
  readonly deeds: Partial<Record<Deed, number>> = {}
  connections = 0
  /** Requests whose head has come. */
  requests = 0
  readonly #treat: (visit: Visit) => Deed
  readonly #server: Server
  readonly #accepted: Socket[] = []

  constructor(treat: (visit: Visit) => Deed, onAccept?: (socket: Socket) => void) {
    this.#treat = treat
    this.#server = createServer({ noDelay: true }, (socket) => {
      this.connections++
      this.#accepted.push(socket)
      socket.on('error', () => undefined)
      onAccept?.(socket)
      this.#serve(socket)
    })
  }

  /** Requests that it has left without the end of an answer, or of a handshake, for good. */
  get silent(): number {
    return timedOut(this.deeds)
  }

  /** Of answers, whole and not. */
  get bytesSent(): number {
    return this.#accepted.reduce((sum, { bytesWritten }) => sum + bytesWritten, 0)
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
    for (const socket of this.#accepted) socket.destroy()
    return new Promise((resolve) => void this.#server.close(() => resolve()))
  }

  #serve(socket: Socket): void {
    let nth = 0
    let text = ''
    let bodyLeft = 0
    socket.on('data', (bytes) => {
      const skipped = Math.min(bodyLeft, bytes.length)
      bodyLeft -= skipped
      text += bytes.toString('latin1', skipped)
      for (let end = text.indexOf('\r\n\r\n'); end !== -1; end = text.indexOf('\r\n\r\n')) {
        const head = text.slice(0, end)
        const bodyLength = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0)
        const body = text.slice(end + 4, end + 4 + bodyLength)
        bodyLeft = bodyLength - body.length
        text = text.slice(end + 4 + body.length)
        this.requests++
        const closes = /\r\nconnection: *close/i.test(head)
        const asksToKeep = /\r\nconnection: *keep-alive/i.test(head)
        this.count(this.#treat({ socket, nth: ++nth, closes, asksToKeep }))
      }
    })
  }
}

/** Answers well, and keeps the connection as the client wishes. */
export function answerWell(visit: Visit): Deed {
  if (visit.closes) visit.socket.end(ANSWER_AND_CLOSE)
  else answerAndKeep(visit, ANSWER)
  return 'ok'
}

export function answerAndKeep({ socket, asksToKeep }: Visit, answer: string): void {
  socket.write(asksToKeep ? answer.replace('\r\n', '\r\nConnection: keep-alive\r\n') : answer)
}
