import { endedEarly, wasDenied } from '../drop-view.ts'
import { spanOf } from '../units.ts'
import type { Cause } from './cause.ts'
import { concernedPods } from './concerned-objects.ts'
import {
  type TerminationEvidence,
  crossedTheClose,
  endedByTermination,
  terminationOf,
} from './termination-evidence.ts'

/**
 * Proxies take a terminating pod from new connections only: established ones stay with it until it
 * ends. A server that closes an idle connection without having announced it (RFC 9112 section 9.6,
 * `Connection: close`) may do so while the next request is on its way.
 */
export const keepaliveReuseAfterClose: Cause<TerminationEvidence> = {
  id: 'keepalive-reuse-after-close',
  title: 'a request crossed the closing of its kept-alive connection',

  recognise(drop) {
    const end = terminationOf(drop)
    if (end === undefined || drop.onNewConnection || !endedEarly(drop)) return undefined
    return crossedTheClose(drop, end) && endedByTermination(drop, end) ? end : undefined
  },

  explain(cases, view) {
    const serving = view.manifest.servingContainer(cases[0]?.drop.route?.endpoint.port)
    const place = serving && view.manifest.place(serving.pointer)
    const delay = cases.reduce(
      (most, { drop, evidence }) => Math.max(most, drop.record.sentAt - evidence.stopSignalAt),
      0,
    )
    const killed = cases.some(
      ({ drop, evidence }) =>
        evidence.sigkillAt !== undefined && drop.record.endedAt >= evidence.sigkillAt,
    )
    const denied = cases.some(({ drop }) => wasDenied(drop))
    return {
      objects: concernedPods(cases, view),
      explanation:
        `Clients sent these requests on connections that ${killed ? 'the end of the grace period' : 'the terminating pod'} was closing, up to ` +
        `${spanOf(delay)} after SIGTERM; none got a byte of an answer.`,
      ...(place === undefined ? {} : { location: place }),
      ...(denied ? OF_HTTP2 : { because: killed ? USED_TO_THE_END : CLOSED_UNANNOUNCED, fix: FIX }),
    }
  },
}

const USED_TO_THE_END =
  'the app went on using kept-alive connections until it was killed, without a `Connection: close` on its answers'
const CLOSED_UNANNOUNCED =
  'the app closes kept-alive connections when it stops, without a `Connection: close` on the answers before'
const FIX =
  'in the app, from SIGTERM on: answer with `Connection: close` and exit when clients have let go (server.close() of Node announces nothing and ends idle connections at once), and let preStop leave clients time to move'

/** RFC 9113, section 6.8. Node's session.goaway(0, 2 ** 31 - 1) is no such notice: nghttp2 reads no new stream after it. */
const OF_HTTP2 = {
  because: 'the GOAWAY that the app says denies what clients had sent by then',
  fix: "in the app, from SIGTERM on: say GOAWAY with the stream 2147483647 first, and the last one when clients have had time to see it (Node's server cannot: it reads no request after a GOAWAY of its own), or let clients send again what was not processed",
}
