import { concatenate } from '../../../base/concatenate.ts'
import { HEAD_GOES_ON, parseHead, type ResponseHead } from '../http1/response-head.ts'
import { SelectedHeaders } from '../http1/selected-headers.ts'

/** The server's head, and interim ones before it. */
const HEAD_BYTES_MAX = 16_384
const INTERIM_ANSWERS_MAX = 32
const NAMES = [
  'upgrade',
  'connection',
  'sec-websocket-accept',
  'sec-websocket-protocol',
  'sec-websocket-extensions',
]

/** `refused`: an answer over HTTP, and no WebSocket. `malformed`: no answer, or one that does not accept this handshake. */
export type HandshakeState = 'more' | 'open' | 'refused' | 'malformed'

/** Reads the server's side of the opening handshake (RFC 6455, section 4.1). */
export class HandshakeReader {
  readonly head: ResponseHead = {
    status: 0,
    minorVersion: 1,
    contentLength: -1,
    transferCoding: 'none',
    connectionClose: false,
    connectionKeepAlive: false,
  }
  /** What came behind an accepted handshake: frames already. */
  rest: Uint8Array = new Uint8Array(0)
  fault = ''
  readonly #accept: string
  readonly #protocols: readonly string[]
  readonly #selected = new SelectedHeaders(NAMES)
  #pending: Uint8Array = new Uint8Array(0)
  #interimAnswers = 0

  /** `accept` is what the server has to say, `protocols` what it was offered. */
  constructor(accept: string, protocols: readonly string[]) {
    this.#accept = accept
    this.#protocols = protocols
  }

  feed(bytes: Uint8Array): HandshakeState {
    this.#pending = concatenate([this.#pending, bytes])
    for (;;) {
      const length = Math.min(this.#pending.length, HEAD_BYTES_MAX)
      const end = parseHead(this.#pending, 0, length, this.head, this.#selected)
      if (typeof end === 'string') return this.#refuse(end)
      if (end === HEAD_GOES_ON) {
        if (this.#pending.length < HEAD_BYTES_MAX) return 'more'
        return this.#refuse(`its head is longer than ${HEAD_BYTES_MAX} bytes`)
      }
      this.rest = this.#pending.subarray(end)
      if (this.head.status >= 200) return 'refused'
      if (this.head.status === 101) return this.#judge()
      if (++this.#interimAnswers > INTERIM_ANSWERS_MAX)
        return this.#refuse('too many interim answers')
      this.#pending = this.rest
    }
  }

  #judge(): HandshakeState {
    const [upgrade, connection, accept, protocol, extensions] = NAMES.map((_, index) =>
      this.#selected.value(index),
    )
    if (this.head.minorVersion === 0) return this.#refuse('it switches protocols in HTTP/1.0')
    if (upgrade?.toLowerCase() !== 'websocket') return this.#refuse('it upgrades to no WebSocket')
    const options = connection?.split(',').map((option) => option.trim().toLowerCase())
    if (options?.includes('upgrade') !== true) return this.#refuse('its Connection has no upgrade')
    if (accept !== this.#accept) return this.#refuse('its Sec-WebSocket-Accept is of another key')
    if (extensions !== undefined) return this.#refuse('it uses an extension, and none was offered')
    if (protocol !== undefined && !this.#protocols.includes(protocol)) {
      return this.#refuse('it speaks a protocol that was not offered')
    }
    return 'open'
  }

  #refuse(fault: string): HandshakeState {
    this.fault = fault
    return 'malformed'
  }
}
