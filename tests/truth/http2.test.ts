import { afterEach, expect, test } from 'vitest'
import { encodeGoAway, encodeResetStream, ERROR } from '../../src/base/http2-frames.ts'
import {
  answerWell,
  dataFrame,
  FrameServer,
  headersFrame,
  type Http2Visit,
  OK_HEAD,
} from '../../src/load/protocols/http2/testing/frame-server.ts'
import { accountFor } from '../../src/load/testing/load-run.ts'
import { timedOut } from '../../src/load/testing/lying-server.ts'
import { runUnhurried } from '../../src/load/testing/unhurried-load.ts'
import type { Outcome } from '../../src/timeline/outcome.ts'

/**
 * The whole engine against HTTP/2 servers that treat streams badly, in ways that they count. What
 * the protocol makes of single frames: src/load/protocols/http2/lying-servers.test.ts.
 */

let server: FrameServer | undefined
afterEach(() => server?.close())

const RUN = { users: 1, requests: 400 }

/** Every so-many-th request of a connection; with one user it has no other beside it. */
const every = (count: number, treat: (visit: Http2Visit) => Outcome) => (visit: Http2Visit) =>
  visit.nth % count === 0 ? treat(visit) : answerWell(visit)

const tenth = (treat: (visit: Http2Visit) => Outcome) => every(10, treat)

interface Lie {
  readonly name: string
  readonly treat: (visit: Http2Visit) => Outcome
}

const LIES: readonly Lie[] = [
  { name: 'none: it answers everything', treat: answerWell },
  {
    name: 'GOAWAY without the stream, then FIN: nobody has looked at it',
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
    name: 'GOAWAY with the stream, then FIN: somebody may have done it',
    treat: tenth(({ connection, stream }) => {
      connection.fin(encodeGoAway(stream, ERROR.noError))
      return 'eof-reused'
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
    name: 'RST_STREAM',
    treat: tenth(({ connection, stream }) => {
      connection.send(encodeResetStream(stream, ERROR.internalError))
      return 'h2-reset'
    }),
  },
  {
    name: 'FIN',
    treat: tenth(({ connection }) => {
      connection.fin()
      return 'eof-reused'
    }),
  },
  {
    name: 'RST',
    treat: tenth(({ connection }) => {
      connection.socket.resetAndDestroy()
      return 'reset-reused'
    }),
  },
  {
    name: 'half a body, then FIN',
    treat: tenth(({ connection, stream }) => {
      connection.fin(headersFrame(stream, OK_HEAD), dataFrame(stream, 100).subarray(0, 50))
      return 'truncated'
    }),
  },
  {
    name: 'half a body, and no more',
    treat: every(50, ({ connection, stream }) => {
      connection.send(headersFrame(stream, OK_HEAD), dataFrame(stream, 5))
      return 'timeout-stalled'
    }),
  },
  { name: 'nothing at all', treat: every(50, () => 'timeout-no-byte') },
]

test.each(LIES)('lie over HTTP/2: $name', async ({ treat }) => {
  const lying = new FrameServer(treat)
  server = lying
  const port = await lying.listen()
  const { collected, report } = await runUnhurried({ port, protocol: 'http2' }, RUN, {
    get silent() {
      return timedOut(lying.deeds)
    },
    get bytesSent() {
      return lying.connections.reduce((sum, { socket }) => sum + socket.bytesWritten, 0)
    },
  })
  expect(collected.outcomes).toEqual(lying.deeds)
  expect(accountFor(collected, report.planned)).toEqual([])
  const requests = lying.connections.reduce((sum, connection) => sum + connection.requests, 0)
  expect(requests).toBe(RUN.requests)
  expect(report.connections.opened).toBe(lying.connections.length)
})
