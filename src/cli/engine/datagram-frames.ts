/** Where a datagram comes from, or goes to. */
export interface DatagramPeer {
  readonly host: string
  readonly port: number
}

/** Length, four bytes of address, two of port. */
const HEADER_BYTES = 8

/** Datagrams of IPv4 on a connection, each with its asker: Unix sockets of datagrams are none of Node's. */
export function frameDatagram(peer: DatagramPeer, bytes: Uint8Array): Uint8Array {
  const frame = Buffer.alloc(HEADER_BYTES + bytes.length)
  frame.writeUInt16BE(bytes.length)
  frame.set(peer.host.split('.').map(Number), 2)
  frame.writeUInt16BE(peer.port, 6)
  frame.set(bytes, HEADER_BYTES)
  return frame
}

/** Takes such a connection apart. `bytes` may be kept. */
export class DatagramReader {
  readonly #onDatagram: (bytes: Uint8Array, peer: DatagramPeer) => void
  #rest = Buffer.alloc(0)

  constructor(onDatagram: (bytes: Uint8Array, peer: DatagramPeer) => void) {
    this.#onDatagram = onDatagram
  }

  add(bytes: Uint8Array): void {
    let rest = Buffer.concat([this.#rest, bytes])
    while (rest.length >= HEADER_BYTES) {
      const end = HEADER_BYTES + rest.readUInt16BE()
      if (rest.length < end) break
      const peer = { host: rest.subarray(2, 6).join('.'), port: rest.readUInt16BE(6) }
      this.#onDatagram(Uint8Array.from(rest.subarray(HEADER_BYTES, end)), peer)
      rest = rest.subarray(end)
    }
    this.#rest = rest
  }
}
