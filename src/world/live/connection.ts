import { Buffer } from 'node:buffer'
import { isIP, type Socket } from 'node:net'
import { errnoOf, syscallOf } from './errno.ts'
import type { Address, Connection, ConnectionHandlers, SocketError } from '../network.ts'

/** A `Connection` on a socket of the operating system. */
export class LiveConnection implements Connection {
  readonly remotePort: number
  readonly #peer: Address
  readonly #socket: Socket
  readonly #readMemory: ArrayBufferLike | undefined
  #localPort = 0

  /** `readMemory`: what this socket's reads go to, if they are not fresh memory each. */
  constructor(socket: Socket, peer: Address, readMemory?: ArrayBufferLike) {
    this.#socket = socket
    this.#peer = peer
    this.remotePort = peer.port
    this.#readMemory = readMemory
  }

  /** The kernel is asked once; the answer is kept past the end of the connection. */
  get localPort(): number {
    if (this.#localPort === 0) this.#localPort = this.#socket.localPort ?? 0
    return this.#localPort
  }

  /** What the name led to, where it was a name; known once the connection is open. */
  get remoteAddress(): string {
    return isIP(this.#peer.host) === 0
      ? (this.#socket.remoteAddress ?? this.#peer.host)
      : this.#peer.host
  }

  /** Reports all but what is read, and that an accepted socket is open, which its owner knows. */
  tell(handlers: ConnectionHandlers): void {
    const socket = this.#socket
    let isOpen = !socket.connecting
    let firstError: SocketError | undefined
    // `on` also for what comes once: a short connection feels what `once` costs.
    if (!isOpen) {
      socket.on('connect', () => {
        isOpen = true
        handlers.onOpen()
      })
    }
    socket.on('error', (error) => {
      firstError ??= {
        code: errnoOf(error),
        syscall: syscallOf(error, isOpen ? 'write' : 'connect'),
      }
    })
    socket.on('end', () => handlers.onEnd())
    if (handlers.onDrain !== undefined) socket.on('drain', () => handlers.onDrain?.())
    socket.on('close', () => handlers.onClose(firstError))
  }

  write(bytes: Uint8Array): boolean {
    if (this.#socket.destroyed || this.#socket.writableEnded) return true
    // What the kernel does not take at once is kept, and read memory is about to be used again.
    const kept = bytes.buffer === this.#readMemory ? Buffer.from(bytes) : bytes
    return this.#socket.write(kept)
  }

  end(): void {
    const socket = this.#socket
    // When nothing more comes and nothing waits to go, closing sends the FIN, without a shutdown before.
    if (socket.readableEnded && socket.writableLength === 0) socket.destroy()
    else socket.end()
  }

  reset(): void {
    const socket = this.#socket
    // Before the handshake is done there is no peer to tell, and the attempt itself is ended.
    if (socket.connecting) socket.destroy()
    // The system refuses to reset while it is sending FIN, and is then done in a moment.
    else if (isSendingFin(socket)) socket.once('finish', () => socket.resetAndDestroy())
    else socket.resetAndDestroy()
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }
}

/** Its FIN is on its way through the system, which refuses to reset meanwhile. */
export function isSendingFin(socket: Socket): boolean {
  return socket.writableEnded && !socket.writableFinished && socket.writableLength === 0
}
