import { createHash } from 'node:crypto'
import { createServer, type Server, type Socket } from 'node:net'
import { invariant } from '../../../../base/invariant.ts'

/** A client that has sent its handshake, and what it says afterwards. */
export interface RawVisit {
  readonly socket: Socket
  /** Of the server's connections, from 1. */
  readonly nth: number
  /** The head of an answer that accepts the handshake. */
  readonly acceptance: string
  /** Hears what the client sends; control frames too. */
  onFrame: (frame: ClientFrame) => void
}

export interface ClientFrame {
  readonly opcode: number
  readonly isMasked: boolean
  readonly payload: Buffer
}

/** A WebSocket server by hand: it does what it is told, byte for byte, on a real socket. */
export class RawServer {
  connections = 0
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  constructor(treat: (visit: RawVisit) => void) {
    this.#server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
      const nth = ++this.connections
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
      socket.on('error', () => undefined)
      socket.on('end', () => socket.end())
      let pending = Buffer.alloc(0)
      let visit: RawVisit | undefined
      socket.on('data', (bytes: Buffer) => {
        pending = Buffer.concat([pending, bytes])
        if (visit === undefined) {
          const end = pending.indexOf('\r\n\r\n')
          if (end === -1) return
          const acceptance = acceptanceOf(pending.subarray(0, end).toString('latin1'))
          pending = pending.subarray(end + 4)
          visit = { socket, nth, acceptance, onFrame: () => undefined }
          treat(visit)
        }
        for (let frame = takeFrame(); frame !== undefined; frame = takeFrame()) visit.onFrame(frame)
      })

      function takeFrame(): ClientFrame | undefined {
        if (pending.length < 6) return undefined
        const isMasked = (pending[1]! & 0x80) !== 0
        const length = pending[1]! & 0x7f
        invariant(length < 126, 'clients in these tests send small frames')
        const start = isMasked ? 6 : 2
        if (pending.length < start + length) return undefined
        const mask = pending.subarray(2, 6)
        const payload = Buffer.from(pending.subarray(start, start + length))
        if (isMasked) payload.forEach((byte, at) => (payload[at] = byte ^ mask[at % 4]!))
        const frame = { opcode: pending[0]! & 0x0f, isMasked, payload }
        pending = pending.subarray(start + length)
        return frame
      }
    })
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

/** A frame as servers send it. */
export function serverFrame(opcode: number, payload: string | Uint8Array, first = 0x80): Buffer {
  const bytes = Buffer.from(payload)
  const length = Buffer.alloc(bytes.length < 126 ? 1 : 3)
  if (bytes.length < 126) length[0] = bytes.length
  else {
    length[0] = 126
    length.writeUInt16BE(bytes.length, 1)
  }
  return Buffer.concat([Buffer.of(first | opcode), length, bytes])
}

export function closeFrame(code: number): Buffer {
  return serverFrame(8, Buffer.of(code >> 8, code & 0xff))
}

function acceptanceOf(request: string): string {
  const key = /^sec-websocket-key: (.+)$/im.exec(request)?.[1]
  const accept = createHash('sha1')
    .update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest('base64')
  return (
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
    `Sec-WebSocket-Accept: ${accept}\r\n\r\n`
  )
}
