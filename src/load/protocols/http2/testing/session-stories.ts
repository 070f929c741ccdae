import { concatenate } from '../../../../base/concatenate.ts'
import {
  encodeFrame,
  encodeGoAway,
  encodeResetStream,
  encodeSettings,
  encodeWindowUpdate,
  ERROR,
  FLAG,
  FRAME,
  SETTING,
} from '../../../../base/http2-frames.ts'
import type { Field } from '../hpack-static-table.ts'
import { dataFrame, headersFrame, OK_HEAD } from './frame-server.ts'

const { data, headers, ping, settings, continuation, pushPromise, priority } = FRAME

export const rawFrame = (
  type: number,
  flags: number,
  stream: number,
  ...payload: readonly number[]
) => encodeFrame(type, { flags, stream, payload: Uint8Array.from(payload) })

const frame = rawFrame

export const head = (stream = 1, endStream = false, fields: readonly Field[] = OK_HEAD) =>
  headersFrame(stream, fields, endStream)

/** What a server sends to two requests, and what they come to. */
export interface Story {
  readonly name: string
  readonly frames: readonly Uint8Array[]
  /** Of the streams 1 and 3. */
  readonly ends: readonly [string, string]
  /** The code of our GOAWAY. */
  readonly breaks?: number
  /** The code of our RST_STREAM on stream 1. */
  readonly resets?: number
}

const PADDED = FLAG.padded
const END = FLAG.endStream
const WHOLE = FLAG.endHeaders

const MALFORMED_HEADS: readonly (readonly [name: string, fields: readonly Field[]])[] = [
  ['no status', []],
  ['a status of letters', [[':status', '2oo']]],
  ['two statuses', [...OK_HEAD, ...OK_HEAD]],
  ['a pseudo-header behind a field', [['a', 'b'], ...OK_HEAD]],
  ['an unknown pseudo-header', [...OK_HEAD, [':path', '/']]],
  ['a name in upper case', [...OK_HEAD, ['A', 'b']]],
  ['an empty name', [...OK_HEAD, ['', 'b']]],
  ['a line break in a value', [...OK_HEAD, ['a', 'b\nc']]],
  ['a blank before a value', [...OK_HEAD, ['a', ' b']]],
  ['a field of the connection', [...OK_HEAD, ['connection', 'close']]],
  ['chunks', [...OK_HEAD, ['transfer-encoding', 'chunked']]],
  ['two lengths', [...OK_HEAD, ['content-length', '1'], ['content-length', '2']]],
  ['a switch of protocols', [[':status', '101']]],
  ['an end with an interim answer', [[':status', '100']]],
]

export const STORIES: readonly Story[] = [
  { name: 'an answer without a body', frames: [head(1, true)], ends: ['200 0', 'lost'] },
  {
    name: 'answers in parts, one among the other',
    frames: [head(3), head(1), dataFrame(1, 5), dataFrame(3, 7, true), dataFrame(1, 5, true)],
    ends: ['200 10', '200 7'],
  },
  {
    name: 'padding and priority',
    frames: [
      frame(headers, PADDED | WHOLE | FLAG.priority, 1, 2, 0, 0, 0, 0, 15, 0x88, 0, 0),
      frame(data, PADDED | END, 1, 3, 120, 0, 0, 0),
    ],
    ends: ['200 1', 'lost'],
  },
  {
    name: 'trailers',
    frames: [head(), dataFrame(1, 2), head(1, true, [['grpc-status', '0']])],
    ends: ['200 2 grpc-status=0', 'lost'],
  },
  {
    name: 'interim answers',
    frames: [
      head(1, false, [
        [':status', '103'],
        ['link', '</a>'],
      ]),
      head(1, true),
    ],
    ends: ['200 0', 'lost'],
  },
  {
    name: 'a head in three frames, one of them empty',
    frames: [
      frame(headers, END, 1, 0x88),
      frame(continuation, 0, 1),
      frame(continuation, WHOLE, 1, 0x0f, 0x0d, 1, 48),
    ],
    ends: ['200 0', 'lost'],
  },
  {
    name: 'frames of types that nobody knows, and PRIORITY of streams that nobody has',
    frames: [frame(77, 255, 9, 1, 2, 3), frame(priority, 0, 101, 0, 0, 0, 0, 1), head(1, true)],
    ends: ['200 0', 'lost'],
  },
  {
    name: 'RST_STREAM',
    frames: [head(), encodeResetStream(1, ERROR.internalError), head(3, true)],
    ends: ['reset', '200 0'],
  },
  {
    name: 'REFUSED_STREAM',
    frames: [encodeResetStream(1, ERROR.refusedStream)],
    ends: ['refused', 'lost'],
  },
  {
    name: 'REFUSED_STREAM after the answer has begun',
    frames: [head(), encodeResetStream(1, ERROR.refusedStream)],
    ends: ['reset', 'lost'],
  },
  {
    name: 'RST_STREAM behind a whole answer',
    frames: [head(1, true), encodeResetStream(1, ERROR.noError)],
    ends: ['200 0', 'lost'],
  },
  {
    name: 'GOAWAY with a stream that goes on',
    frames: [encodeGoAway(1, 0), head(1, true)],
    ends: ['200 0', 'goaway-unprocessed'],
  },
  {
    name: 'GOAWAY in two steps',
    frames: [encodeGoAway(0x7fff_ffff, 0), encodeGoAway(1, 0), head(1, true)],
    ends: ['200 0', 'goaway-unprocessed'],
  },
  {
    name: 'GOAWAY that denies what it has answered',
    frames: [head(), encodeGoAway(0, 2)],
    ends: ['malformed', 'goaway-unprocessed'],
  },
  {
    name: 'GOAWAY that takes back one before it',
    frames: [encodeGoAway(1, 0), encodeGoAway(3, 0)],
    ends: ['malformed', 'goaway-unprocessed'],
    breaks: ERROR.protocolError,
  },
  {
    name: 'an answer to a stream that GOAWAY has denied',
    frames: [encodeGoAway(0, 0), head(1, true)],
    ends: ['goaway-unprocessed', 'goaway-unprocessed'],
  },
  {
    name: 'DATA before its head',
    frames: [dataFrame(1, 1), head(3, true)],
    ends: ['malformed', '200 0'],
    resets: ERROR.protocolError,
  },
  {
    name: 'a body longer than its length',
    frames: [head(1, false, [...OK_HEAD, ['content-length', '1']]), dataFrame(1, 2), head(3, true)],
    ends: ['malformed', '200 0'],
    resets: ERROR.protocolError,
  },
  {
    name: 'a body shorter than its length',
    frames: [head(1, false, [...OK_HEAD, ['content-length', '3']]), dataFrame(1, 2, true)],
    ends: ['malformed', 'lost'],
    resets: ERROR.protocolError,
  },
  ...MALFORMED_HEADS.map(([name, fields]): Story => ({
    name: `a head with ${name}`,
    frames: [head(1, true, fields), head(3, true)],
    ends: ['malformed', '200 0'],
    resets: ERROR.protocolError,
  })),
  {
    name: 'trailers without an end',
    frames: [head(), head(1, false, [['a', 'b']]), head(3, true)],
    ends: ['malformed', '200 0'],
    resets: ERROR.protocolError,
  },
  {
    name: 'trailers with a status',
    frames: [head(), head(1, true), head(3, true)],
    ends: ['malformed', '200 0'],
    resets: ERROR.protocolError,
  },
  {
    name: 'a window of a stream that is opened by nothing',
    frames: [encodeWindowUpdate(1, 0), head(3, true)],
    ends: ['malformed', '200 0'],
    resets: ERROR.protocolError,
  },
  {
    name: 'a window of a stream that is too large',
    frames: [encodeWindowUpdate(1, 0x7fff_ffff), head(3, true)],
    ends: ['malformed', '200 0'],
    resets: ERROR.flowControlError,
  },
  ...(
    [
      ['DATA on stream 0', frame(data, 0, 0, 1), 1],
      ['HEADERS on stream 0', frame(headers, WHOLE, 0, 0x88), 1],
      ['HEADERS on a stream of the server', head(2), 1],
      ['HEADERS on a stream that was never opened', head(5), 1],
      ['RST_STREAM of a stream that was never opened', encodeResetStream(5, 0), 1],
      ['WINDOW_UPDATE of a stream that was never opened', encodeWindowUpdate(5, 1), 1],
      ['HEADERS with too much padding', frame(headers, PADDED | WHOLE, 1, 3, 0x88, 0), 1],
      ['DATA of nothing but a length of padding', frame(data, PADDED, 1), 1],
      ['RST_STREAM of a wrong size', frame(FRAME.resetStream, 0, 1, 0), 6],
      ['PING of a wrong size', frame(ping, 0, 0, 0), 6],
      ['PING on a stream', frame(ping, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0), 1],
      ['SETTINGS of a wrong size', frame(settings, 0, 0, 0), 6],
      ['SETTINGS on a stream', frame(settings, 0, 1), 1],
      ['an acknowledgment with settings', frame(settings, 1, 0, 0, 4, 0, 0, 0, 0), 6],
      ['ENABLE_PUSH', encodeSettings([[SETTING.enablePush, 1]]), 1],
      ['a window larger than numbers', encodeSettings([[SETTING.initialWindowSize, 2 ** 31]]), 3],
      ['frames smaller than the smallest', encodeSettings([[SETTING.maxFrameSize, 100]]), 1],
      ['PUSH_PROMISE', frame(pushPromise, WHOLE, 1, 0, 0, 0, 2, 0x88), 1],
      ['GOAWAY of a wrong size', frame(FRAME.goAway, 0, 0, 0), 6],
      ['a connection window too large', encodeWindowUpdate(0, 0x7fff_ffff), 3],
      ['CONTINUATION of nothing', frame(continuation, WHOLE, 1, 0x88), 1],
      [
        'PING within a head',
        concatenate([frame(headers, 0, 1, 0x88), frame(ping, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)]),
        1,
      ],
      [
        'CONTINUATION of another stream',
        concatenate([frame(headers, 0, 1, 0x88), frame(continuation, WHOLE, 3)]),
        1,
      ],
      ['a head that cannot be decoded', frame(headers, WHOLE, 1, 0xbe), 9],
      ['a frame larger than was allowed', Uint8Array.of(0, 0x40, 1, 0, 0, 0, 0, 0, 1), 6],
      ['HTTP/1.1', new TextEncoder().encode('HTTP/1.1 400 Bad Request\r\n\r\n'), 6],
      [
        'a flood of empty CONTINUATION',
        concatenate([
          frame(headers, 0, 1, 0x88),
          ...Array.from({ length: 100 }, () => frame(continuation, 0, 1)),
        ]),
        11,
      ],
      [
        'a head without an end',
        concatenate([
          frame(headers, 0, 1, 0x88),
          ...Array.from({ length: 9 }, () =>
            encodeFrame(continuation, { stream: 1, payload: new Uint8Array(16_384) }),
          ),
        ]),
        11,
      ],
    ] as const
  ).map(([name, bytes, breaks]): Story => ({
    name,
    frames: [bytes],
    ends: ['malformed', 'malformed'],
    breaks,
  })),
]
