/** RFC 6455, section 5.2: what a frame is. */
export const OPCODE = {
  continuation: 0x0,
  text: 0x1,
  binary: 0x2,
  close: 0x8,
  ping: 0x9,
  pong: 0xa,
} as const

/** Section 5.5: of close, ping and pong. */
export const CONTROL_BYTES_MAX = 125

/** Section 7.4.1, as far as this client speaks of them. */
export const CLOSE_CODE = {
  normal: 1000,
  protocolError: 1002,
  /** Never sent: the peer's close frame had no code. */
  none: 1005,
  /** Never sent: the connection ended without a close frame. */
  abnormal: 1006,
  invalidPayload: 1007,
  tooBig: 1009,
} as const

/** A whole frame of a client: masked with `mask` (section 5.3). */
export function encodeFrame(opcode: number, payload: Uint8Array, mask: number): Uint8Array {
  const { length } = payload
  const lengthBytes = length < 126 ? 0 : length < 65_536 ? 2 : 8
  const start = 6 + lengthBytes
  const frame = new Uint8Array(start + length)
  const view = new DataView(frame.buffer)
  frame[0] = 0x80 | opcode
  frame[1] = 0x80 | (lengthBytes === 0 ? length : lengthBytes === 2 ? 126 : 127)
  if (lengthBytes === 2) view.setUint16(2, length)
  else if (lengthBytes === 8) view.setBigUint64(2, BigInt(length))
  view.setUint32(start - 4, mask)
  for (let at = 0; at < length; at++)
    frame[start + at] = payload[at]! ^ frame[start - 4 + (at & 3)]!
  return frame
}

/** The payload of a close frame. */
export function closePayload(code: number): Uint8Array {
  return Uint8Array.of(code >> 8, code & 0xff)
}

/** Section 7.4: codes that may be on the wire. */
export function mayBeSent(code: number): boolean {
  if (code >= 3000) return code <= 4999
  return code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006
}
