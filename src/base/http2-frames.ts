/** Frame types of RFC 9113, section 6. */
export const FRAME = {
  data: 0,
  headers: 1,
  priority: 2,
  resetStream: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const

/** Flags; which of two that share a bit is meant depends on the type. */
export const FLAG = {
  acknowledged: 1,
  endStream: 1,
  endHeaders: 4,
  padded: 8,
  priority: 0x20,
} as const

/** Parameters of SETTINGS (RFC 9113, section 6.5.2). */
export const SETTING = {
  headerTableSize: 1,
  enablePush: 2,
  maxConcurrentStreams: 3,
  initialWindowSize: 4,
  maxFrameSize: 5,
  maxHeaderListSize: 6,
} as const

/** Error codes (RFC 9113, section 7). */
export const ERROR = {
  noError: 0,
  protocolError: 1,
  internalError: 2,
  flowControlError: 3,
  settingsTimeout: 4,
  streamClosed: 5,
  frameSizeError: 6,
  refusedStream: 7,
  cancel: 8,
  compressionError: 9,
  connectError: 10,
  enhanceYourCalm: 11,
  inadequateSecurity: 12,
  http11Required: 13,
} as const

export const CLIENT_PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'
export const HEAD_BYTES = 9
/** The largest payload that every peer takes (RFC 9113, section 4.2), and the largest that we take. */
export const FRAME_BYTES_DEFAULT = 16_384
export const WINDOW_DEFAULT = 65_535
export const WINDOW_MAX = 0x7fff_ffff
export const STREAM_MAX = 0x7fff_ffff

/** A frame as it was cut out of the bytes. `payload` is valid until the next frame is read. */
export interface RawFrame {
  readonly type: number
  readonly flags: number
  /** 0 is the connection. */
  readonly stream: number
  readonly payload: Uint8Array
}

const EMPTY = new Uint8Array(0)

export function encodeFrame(
  type: number,
  { flags = 0, stream = 0, payload = EMPTY }: Partial<Omit<RawFrame, 'type'>> = {},
): Uint8Array {
  const bytes = new Uint8Array(HEAD_BYTES + payload.length)
  writeFrame(bytes, 0, { type, flags, stream, payload })
  return bytes
}

/** Into memory that has room for it, from `at` on. Returns where it ends. */
function writeFrame(
  bytes: Uint8Array,
  at: number,
  { type, flags, stream, payload }: RawFrame,
): number {
  const { length } = payload
  bytes[at] = length >> 16
  bytes[at + 1] = length >> 8
  bytes[at + 2] = length
  bytes[at + 3] = type
  bytes[at + 4] = flags
  bytes[at + 5] = stream >> 24
  bytes[at + 6] = stream >> 16
  bytes[at + 7] = stream >> 8
  bytes[at + 8] = stream
  bytes.set(payload, at + HEAD_BYTES)
  return at + HEAD_BYTES + length
}

export function encodeSettings(settings: readonly (readonly [id: number, value: number])[]) {
  const payload = new Uint8Array(settings.length * 6)
  const view = new DataView(payload.buffer)
  settings.forEach(([id, value], index) => {
    view.setUint16(index * 6, id)
    view.setUint32(index * 6 + 2, value)
  })
  return encodeFrame(FRAME.settings, { payload })
}

export function encodeWindowUpdate(stream: number, increment: number): Uint8Array {
  return encodeFrame(FRAME.windowUpdate, { stream, payload: words(increment) })
}

export function encodeResetStream(stream: number, code: number): Uint8Array {
  return encodeFrame(FRAME.resetStream, { stream, payload: words(code) })
}

export function encodeGoAway(lastStream: number, code: number): Uint8Array {
  return encodeFrame(FRAME.goAway, { payload: words(lastStream, code) })
}

export interface HeadersOptions {
  readonly stream: number
  readonly endStream: boolean
  readonly frameBytesMax: number
}

/** HEADERS, and as much CONTINUATION as the size of a frame makes necessary. */
export function encodeHeaders(block: Uint8Array, options: HeadersOptions): Uint8Array {
  const bytes = new Uint8Array(headersLength(block, options))
  writeHeaders(bytes, 0, block, options)
  return bytes
}

/** What `writeHeaders` needs. */
export function headersLength(
  { length }: Uint8Array,
  { frameBytesMax }: Pick<HeadersOptions, 'frameBytesMax'>,
): number {
  return length + HEAD_BYTES * Math.max(1, Math.ceil(length / frameBytesMax))
}

/** As `encodeHeaders`, into memory that has room for it, from `at` on. */
export function writeHeaders(
  bytes: Uint8Array,
  at: number,
  block: Uint8Array,
  { stream, endStream, frameBytesMax }: HeadersOptions,
): void {
  for (let start = 0; start === 0 || start < block.length; start += frameBytesMax) {
    const isLast = start + frameBytesMax >= block.length
    const flags = (isLast ? FLAG.endHeaders : 0) | (start === 0 && endStream ? FLAG.endStream : 0)
    const payload = start === 0 && isLast ? block : block.subarray(start, start + frameBytesMax)
    const type = start === 0 ? FRAME.headers : FRAME.continuation
    at = writeFrame(bytes, at, { type, flags, stream, payload })
  }
}

function words(...values: readonly number[]): Uint8Array {
  const payload = new Uint8Array(values.length * 4)
  const view = new DataView(payload.buffer)
  values.forEach((value, index) => view.setUint32(index * 4, value))
  return payload
}
