import { createServer, type Server, type Socket } from 'node:net'
import { invariant } from '../../../../base/invariant.ts'
import type { Outcome } from '../../../../timeline/outcome.ts'
import { FrameReader } from '../../../../base/http2-frame-reader.ts'
import {
  CLIENT_PREFACE,
  encodeFrame,
  encodeHeaders,
  encodeSettings,
  FLAG,
  FRAME,
  FRAME_BYTES_DEFAULT,
} from '../../../../base/http2-frames.ts'
import { encodeHeaderBlock } from '../hpack-encoder.ts'
import type { Field } from '../hpack-static-table.ts'
import { type Frame, parseFrame } from '../parse-frame.ts'

/** A request that has come whole, and the hand of the server on its connection. */
export interface Http2Visit {
  readonly connection: FrameConnection
  readonly stream: number
  /** Of this connection, from 1. */
  readonly nth: number
}

export const OK_HEAD: readonly Field[] = [[':status', '200']]

/** The server's side of one connection, in frames that a test writes by hand. */
export class FrameConnection {
  readonly socket: Socket
  /** What the client has sent, without DATA. */
  readonly frames: Frame[] = []
  requests = 0
  readonly #reader = new FrameReader(FRAME_BYTES_DEFAULT)
  #prefaceLeft = CLIENT_PREFACE.length

  constructor(socket: Socket, onRequest: (visit: Http2Visit) => void) {
    this.socket = socket
    socket.on('data', (bytes) => {
      const skipped = Math.min(this.#prefaceLeft, bytes.length)
      this.#prefaceLeft -= skipped
      this.#reader.feed(bytes.subarray(skipped))
      for (let raw = this.#reader.next(); raw !== undefined; raw = this.#reader.next()) {
        if (raw === 'oversize') return
        const frame = parseFrame(raw)
        this.frames.push(frame)
        const isRequest = (frame.type === 'headers' || frame.type === 'data') && frame.endStream
        if (!isRequest) continue
        this.requests++
        onRequest({ connection: this, stream: frame.stream, nth: this.requests })
      }
    })
  }

  send(...frames: readonly Uint8Array[]): void {
    for (const frame of frames) this.socket.write(frame)
  }

  fin(...frames: readonly Uint8Array[]): void {
    this.send(...frames)
    this.socket.end()
  }
}

/** Frames as a server writes them. */
export function headersFrame(
  stream: number,
  fields: readonly Field[],
  endStream = false,
): Uint8Array {
  const frameBytesMax = FRAME_BYTES_DEFAULT
  return encodeHeaders(encodeHeaderBlock(fields), { stream, endStream, frameBytesMax })
}

export function dataFrame(stream: number, byteCount: number, endStream = false): Uint8Array {
  const payload = new Uint8Array(byteCount).fill(120)
  return encodeFrame(FRAME.data, { stream, flags: endStream ? FLAG.endStream : 0, payload })
}

export function answerWell({ connection, stream }: Http2Visit): Outcome {
  connection.send(headersFrame(stream, OK_HEAD), dataFrame(stream, 5, true))
  return 'ok'
}

/** A real HTTP/2 server that treats each request as told, and keeps count in the client's words. */
export class FrameServer {
  readonly deeds: Partial<Record<Outcome, number>> = {}
  readonly connections: FrameConnection[] = []
  readonly #server: Server

  /** `greet` sends the server's SETTINGS; without it, it does so as it should. */
  constructor(
    treat: (visit: Http2Visit) => Outcome | undefined,
    greet = (connection: FrameConnection) => connection.send(encodeSettings([])),
  ) {
    this.#server = createServer({ noDelay: true }, (socket) => {
      socket.on('error', () => undefined)
      const connection = new FrameConnection(socket, (visit) => this.count(treat(visit)))
      this.connections.push(connection)
      greet(connection)
    })
  }

  count(deed: Outcome | undefined, times = 1): void {
    if (deed !== undefined) this.deeds[deed] = (this.deeds[deed] ?? 0) + times
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    const address = this.#server.address()
    invariant(address !== null && typeof address === 'object', 'the server listens on a port')
    return address.port
  }

  close(): Promise<void> {
    for (const { socket } of this.connections) socket.destroy()
    return new Promise((resolve) => void this.#server.close(() => resolve()))
  }
}
