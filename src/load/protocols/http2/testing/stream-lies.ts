import type { Outcome } from '../../../../timeline/outcome.ts'
import {
  encodeFrame,
  encodeGoAway,
  encodeResetStream,
  encodeSettings,
  ERROR,
  FLAG,
  FRAME,
  SETTING,
} from '../../../../base/http2-frames.ts'
import { encodeHeaderBlock } from '../hpack-encoder.ts'
import { answerWell, dataFrame, headersFrame, type Http2Visit, OK_HEAD } from './frame-server.ts'

/** Every tenth request of a connection, each of which has one at a time, so that no other is hurt. */
const tenth = (treat: (visit: Http2Visit) => Outcome) => (visit: Http2Visit) =>
  visit.nth % 10 === 0 ? treat(visit) : answerWell(visit)

/** What a server does to a request, and what that is to us. */
export interface Lie {
  readonly name: string
  readonly treat: (visit: Http2Visit) => Outcome
}

export const LIES: readonly Lie[] = [
  { name: 'none: it answers everything', treat: answerWell },
  {
    name: 'GOAWAY without the stream, then FIN',
    treat: tenth(({ connection, stream }) => {
      connection.fin(encodeGoAway(stream - 2, ERROR.noError))
      return 'h2-goaway-unprocessed'
    }),
  },
  {
    name: 'GOAWAY with the stream, then its answer',
    treat: tenth((visit) => {
      visit.connection.send(encodeGoAway(visit.stream, ERROR.noError))
      return answerWell(visit)
    }),
  },
  {
    name: 'GOAWAY with the stream, then FIN',
    treat: tenth(({ connection, stream }) => {
      connection.fin(encodeGoAway(stream, ERROR.noError))
      return 'eof-reused'
    }),
  },
  {
    name: 'GOAWAY in two steps, and an answer in between',
    treat: tenth((visit) => {
      visit.connection.send(encodeGoAway(0x7fff_ffff, ERROR.noError))
      const deed = answerWell(visit)
      visit.connection.send(encodeGoAway(visit.stream, ERROR.noError))
      return deed
    }),
  },
  {
    name: 'GOAWAY for an error of ours that was none',
    treat: tenth(({ connection }) => {
      connection.fin(encodeGoAway(0, ERROR.enhanceYourCalm))
      return 'h2-goaway-unprocessed'
    }),
  },
  {
    name: 'REFUSED_STREAM',
    treat: tenth(({ connection, stream }) => {
      connection.send(encodeResetStream(stream, ERROR.refusedStream))
      return 'h2-refused-stream'
    }),
  },
  {
    name: 'RST_STREAM before the answer',
    treat: tenth(({ connection, stream }) => {
      connection.send(encodeResetStream(stream, ERROR.internalError))
      return 'h2-reset'
    }),
  },
  {
    name: 'RST_STREAM in the middle of a body',
    treat: tenth(({ connection, stream }) => {
      connection.send(headersFrame(stream, OK_HEAD), dataFrame(stream, 5))
      connection.send(encodeResetStream(stream, ERROR.cancel))
      return 'h2-reset'
    }),
  },
  {
    name: 'RST_STREAM with NO_ERROR behind a whole answer',
    treat: tenth((visit) => {
      const deed = answerWell(visit)
      visit.connection.send(encodeResetStream(visit.stream, ERROR.noError))
      return deed
    }),
  },
  {
    name: 'FIN instead of an answer',
    treat: tenth(({ connection }) => {
      connection.fin()
      return 'eof-reused'
    }),
  },
  {
    name: 'RST instead of an answer',
    treat: tenth(({ connection }) => {
      connection.socket.resetAndDestroy()
      return 'reset-reused'
    }),
  },
  {
    name: 'FIN in the middle of a frame',
    treat: tenth(({ connection, stream }) => {
      connection.fin(headersFrame(stream, OK_HEAD).subarray(0, 9))
      return 'truncated'
    }),
  },
  {
    name: 'FIN in the middle of a body',
    treat: tenth(({ connection, stream }) => {
      connection.fin(headersFrame(stream, OK_HEAD), dataFrame(stream, 100).subarray(0, 50))
      return 'truncated'
    }),
  },
  {
    name: 'a body shorter than its length',
    treat: tenth(({ connection, stream }) => {
      const head = headersFrame(stream, [...OK_HEAD, ['content-length', '6']])
      connection.send(head, dataFrame(stream, 5, true))
      return 'malformed'
    }),
  },
  {
    name: 'a status that is not of the success set',
    treat: tenth(({ connection, stream }) => {
      connection.send(headersFrame(stream, [[':status', '503']], true))
      return 'status'
    }),
  },
  {
    name: 'a frame larger than was allowed',
    treat: tenth(({ connection, stream }) => {
      connection.send(encodeFrame(FRAME.data, { stream, payload: new Uint8Array(16_385) }))
      return 'malformed'
    }),
  },
  {
    name: 'a head of a million bytes',
    treat: tenth(({ connection, stream }) => {
      const block = encodeHeaderBlock([...OK_HEAD, ['x-long', 'y'.repeat(100_000)]])
      const payload = block.subarray(0, 16_384)
      connection.send(encodeFrame(FRAME.headers, { stream, payload }))
      for (let sent = 0; sent < 1_000_000; sent += payload.length) {
        connection.send(encodeFrame(FRAME.continuation, { stream, payload }))
      }
      return 'malformed'
    }),
  },
  {
    name: 'a head that unfolds to three million bytes',
    treat: tenth(({ connection, stream }) => {
      // A field of 3,000 bytes goes into the table, and is named 1,000 times.
      const field = Uint8Array.of(
        0x40,
        1,
        120,
        0x7f,
        0xb9,
        0x16,
        ...new Uint8Array(3_000).fill(120),
      )
      const payload = Uint8Array.of(0x88, ...field, ...new Uint8Array(1_000).fill(0xbe))
      connection.send(encodeFrame(FRAME.headers, { stream, payload, flags: FLAG.endHeaders }))
      return 'malformed'
    }),
  },
  {
    name: 'a flood of empty CONTINUATION',
    treat: tenth(({ connection, stream }) => {
      connection.send(encodeFrame(FRAME.headers, { stream, payload: encodeHeaderBlock(OK_HEAD) }))
      for (let index = 0; index < 5_000; index++) {
        connection.send(encodeFrame(FRAME.continuation, { stream }))
      }
      return 'malformed'
    }),
  },
  {
    name: 'a push',
    treat: tenth(({ connection, stream }) => {
      const payload = Uint8Array.of(0, 0, 0, 2, 0x82, 0x84, 0x86)
      connection.send(encodeFrame(FRAME.pushPromise, { stream, payload, flags: FLAG.endHeaders }))
      return 'malformed'
    }),
  },
  {
    name: 'nothing to one stream, and SETTINGS and PING between the others',
    treat: tenth((visit) => {
      visit.connection.send(encodeSettings([[SETTING.initialWindowSize, 10]]))
      visit.connection.send(encodeFrame(FRAME.ping, { payload: new Uint8Array(8) }))
      return answerWell(visit)
    }),
  },
]
