import { ERROR, FLAG, FRAME, type RawFrame } from '../../../base/http2-frames.ts'

/** A frame that keeps the rules which need no knowledge of the connection. */
export type Frame =
  | {
      readonly type: 'data'
      readonly stream: number
      readonly data: Uint8Array
      /** What it takes from the windows: its padding too. */
      readonly flowBytes: number
      readonly endStream: boolean
    }
  | {
      readonly type: 'headers'
      readonly stream: number
      readonly fragment: Uint8Array
      readonly endStream: boolean
      readonly endHeaders: boolean
    }
  | {
      readonly type: 'continuation'
      readonly stream: number
      readonly fragment: Uint8Array
      readonly endHeaders: boolean
    }
  | { readonly type: 'priority'; readonly stream: number }
  | { readonly type: 'reset-stream'; readonly stream: number; readonly code: number }
  | {
      readonly type: 'settings'
      readonly isAcknowledgment: boolean
      readonly settings: readonly (readonly [id: number, value: number])[]
    }
  | { readonly type: 'push-promise'; readonly stream: number }
  | { readonly type: 'ping'; readonly isAcknowledgment: boolean; readonly opaque: Uint8Array }
  | { readonly type: 'go-away'; readonly lastStream: number; readonly code: number }
  | { readonly type: 'window-update'; readonly stream: number; readonly increment: number }
  | { readonly type: 'unknown'; readonly stream: number }
  | FrameFault

/** What a peer did against the protocol. Stream 0: the whole connection is to end. */
export interface FrameFault {
  readonly type: 'fault'
  readonly stream: number
  readonly code: number
  readonly reason: string
}

export function parseFrame(frame: RawFrame): Frame {
  switch (frame.type) {
    case FRAME.data:
      return parseData(frame)
    case FRAME.headers:
      return parseHeaders(frame)
    case FRAME.priority:
      return parsePriority(frame)
    case FRAME.resetStream:
      return parseResetStream(frame)
    case FRAME.settings:
      return parseSettings(frame)
    case FRAME.pushPromise:
      return { type: 'push-promise', stream: frame.stream }
    case FRAME.ping:
      return parsePing(frame)
    case FRAME.goAway:
      return parseGoAway(frame)
    case FRAME.windowUpdate:
      return parseWindowUpdate(frame)
    case FRAME.continuation:
      return parseContinuation(frame)
    default:
      // RFC 9113, section 4.1: ignored.
      return { type: 'unknown', stream: frame.stream }
  }
}

/** RFC 9113, section 6.1. */
function parseData(frame: RawFrame): Frame {
  const { stream, payload, flags } = frame
  if (stream === 0) return misplaced('DATA on stream 0')
  const data = withoutPadding(frame)
  if (data === undefined) return misplaced('DATA with more padding than there is room for')
  const endStream = (flags & FLAG.endStream) !== 0
  return { type: 'data', stream, data, flowBytes: payload.length, endStream }
}

/** RFC 9113, section 6.2. */
function parseHeaders(frame: RawFrame): Frame {
  const { stream, flags } = frame
  if (stream === 0) return misplaced('HEADERS on stream 0')
  const content = withoutPadding(frame)
  if (content === undefined) return misplaced('HEADERS with more padding than there is room for')
  const priorityBytes = (flags & FLAG.priority) === 0 ? 0 : 5
  if (content.length < priorityBytes) return missized('HEADERS too short for its priority')
  return {
    type: 'headers',
    stream,
    fragment: priorityBytes === 0 ? content : content.subarray(priorityBytes),
    endStream: (flags & FLAG.endStream) !== 0,
    endHeaders: (flags & FLAG.endHeaders) !== 0,
  }
}

/** RFC 9113, section 6.3: without effect, and still of one size. */
function parsePriority({ stream, payload }: RawFrame): Frame {
  if (stream === 0) return misplaced('PRIORITY on stream 0')
  if (payload.length !== 5) return missized('PRIORITY of a wrong size', stream)
  return { type: 'priority', stream }
}

/** RFC 9113, section 6.4. */
function parseResetStream({ stream, payload }: RawFrame): Frame {
  if (stream === 0) return misplaced('RST_STREAM on stream 0')
  if (payload.length !== 4) return missized('RST_STREAM of a wrong size')
  return { type: 'reset-stream', stream, code: uint32(payload, 0) }
}

/** RFC 9113, section 6.5. */
function parseSettings({ stream, payload, flags }: RawFrame): Frame {
  const isAcknowledgment = (flags & FLAG.acknowledged) !== 0
  if (stream !== 0) return misplaced('SETTINGS on a stream')
  if (payload.length % 6 !== 0) return missized('SETTINGS of a wrong size')
  if (isAcknowledgment && payload.length > 0) return missized('an acknowledgment with settings')
  const settings: (readonly [number, number])[] = []
  for (let offset = 0; offset < payload.length; offset += 6) {
    settings.push([uint32(payload, offset) >>> 16, uint32(payload, offset + 2)])
  }
  return { type: 'settings', isAcknowledgment, settings }
}

/** RFC 9113, section 6.7. */
function parsePing({ stream, payload, flags }: RawFrame): Frame {
  if (stream !== 0) return misplaced('PING on a stream')
  if (payload.length !== 8) return missized('PING of a wrong size')
  return {
    type: 'ping',
    isAcknowledgment: (flags & FLAG.acknowledged) !== 0,
    opaque: payload,
  }
}

/** RFC 9113, section 6.8. */
function parseGoAway({ stream, payload }: RawFrame): Frame {
  if (stream !== 0) return misplaced('GOAWAY on a stream')
  if (payload.length < 8) return missized('GOAWAY of a wrong size')
  const lastStream = uint32(payload, 0) & 0x7fff_ffff
  return { type: 'go-away', lastStream, code: uint32(payload, 4) }
}

/** RFC 9113, section 6.9. */
function parseWindowUpdate({ stream, payload }: RawFrame): Frame {
  if (payload.length !== 4) return missized('WINDOW_UPDATE of a wrong size')
  const increment = uint32(payload, 0) & 0x7fff_ffff
  if (increment === 0) {
    const reason = 'WINDOW_UPDATE by nothing'
    return { type: 'fault', stream, code: ERROR.protocolError, reason }
  }
  return { type: 'window-update', stream, increment }
}

/** RFC 9113, section 6.10. */
function parseContinuation({ stream, payload, flags }: RawFrame): Frame {
  if (stream === 0) return misplaced('CONTINUATION on stream 0')
  const endHeaders = (flags & FLAG.endHeaders) !== 0
  return { type: 'continuation', stream, fragment: payload, endHeaders }
}

/** Undefined when the padding is longer than what it is in. */
function withoutPadding({ flags, payload }: RawFrame): Uint8Array | undefined {
  if ((flags & FLAG.padded) === 0) return payload
  const padding = payload[0]
  if (padding === undefined || padding >= payload.length) return undefined
  return payload.subarray(1, payload.length - padding)
}

function uint32(bytes: Uint8Array, offset: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(offset, offset + 4)
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0
}

function misplaced(reason: string): FrameFault {
  return { type: 'fault', stream: 0, code: ERROR.protocolError, reason }
}

function missized(reason: string, stream = 0): FrameFault {
  return { type: 'fault', stream, code: ERROR.frameSizeError, reason }
}
