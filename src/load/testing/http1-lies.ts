import type { LoadPlan } from '../plan.ts'
import {
  ANSWER,
  ANSWER_AND_CLOSE,
  answerAndKeep,
  answerWell,
  type Deed,
  type LyingServer,
  type Visit,
} from './lying-server.ts'

type Treatment = (visit: Visit) => Deed

/** A way to treat requests badly. Each server needs a treatment of its own, as it counts. */
export interface Lie {
  readonly name: string
  readonly makeTreatment: () => Treatment
  /** What clients have to send for it. */
  readonly requests?: LoadPlan['requests']
}

const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n'
const TOO_LARGE = 'HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'

/** More than a server reads at once: the answer to its head is sent before its end has come. */
const LARGE_POST: LoadPlan['requests'] = [
  { method: 'POST', path: '/', headers: {}, body: 'x'.repeat(200_000), weight: 1 },
]

/** Every so-many-th request of all connections, the others are answered well. */
const every = (count: number, treat: Treatment) => () => {
  let requests = 0
  return (visit: Visit) => (++requests % count === 0 ? treat(visit) : answerWell(visit))
}

const always = (treat: Treatment) => () => treat

const fresh = ({ nth }: Visit, ifFresh: Deed, ifReused: Deed) => (nth === 1 ? ifFresh : ifReused)

/** The first is the truth; the next two are what pods do that end without waiting for their last request. */
export const HTTP1_LIES: readonly Lie[] = [
  { name: 'none: it answers everything', makeTreatment: always(answerWell) },
  {
    name: 'FIN at the 51st request of a connection',
    makeTreatment: always((visit) => {
      if (visit.nth <= 50) return answerWell(visit)
      visit.socket.end()
      return 'eof-reused'
    }),
  },
  {
    name: 'RST at the 51st request of a connection',
    makeTreatment: always((visit) => {
      if (visit.nth <= 50) return answerWell(visit)
      visit.socket.resetAndDestroy()
      return 'reset-reused'
    }),
  },
  {
    name: 'FIN instead of an answer',
    makeTreatment: every(10, (visit) => {
      visit.socket.end()
      return fresh(visit, 'eof-fresh', 'eof-reused')
    }),
  },
  {
    name: 'RST instead of an answer',
    makeTreatment: every(10, (visit) => {
      visit.socket.resetAndDestroy()
      return fresh(visit, 'reset-fresh', 'reset-reused')
    }),
  },
  {
    name: 'half a head, then FIN',
    makeTreatment: every(10, ({ socket }) => {
      socket.end(ANSWER.slice(0, 20))
      return 'truncated'
    }),
  },
  {
    name: 'a head, then FIN',
    makeTreatment: every(10, ({ socket }) => {
      socket.end(ANSWER.slice(0, -5))
      return 'truncated'
    }),
  },
  {
    name: 'a head, then RST',
    makeTreatment: every(10, ({ socket }) => {
      socket.write(ANSWER.slice(0, -5))
      socket.resetAndDestroy()
      return 'truncated'
    }),
  },
  {
    name: 'a body shorter than its length, then FIN',
    makeTreatment: every(10, ({ socket }) => {
      socket.end(ANSWER.slice(0, -2))
      return 'truncated'
    }),
  },
  {
    name: 'a body longer than its length',
    makeTreatment: every(10, ({ socket }) => {
      socket.write(`${ANSWER} and more`)
      return 'malformed'
    }),
  },
  {
    name: 'two lengths that differ',
    makeTreatment: every(10, ({ socket }) => {
      socket.write(ANSWER.replace('\r\n\r\n', '\r\nContent-Length: 4\r\n\r\n'))
      return 'malformed'
    }),
  },
  {
    name: 'chunks that are not chunks',
    makeTreatment: every(10, ({ socket }) => {
      socket.write(`${CHUNKED}5\r\nhello!\r\n0\r\n\r\n`)
      return 'malformed'
    }),
  },
  {
    name: 'chunks without an end, then FIN',
    makeTreatment: every(10, ({ socket }) => {
      socket.end(`${CHUNKED}5\r\nhello\r\n`)
      return 'truncated'
    }),
  },
  {
    name: 'something that is not HTTP',
    makeTreatment: every(10, ({ socket }) => {
      socket.write('-ERR unknown command\r\n')
      return 'malformed'
    }),
  },
  {
    name: 'a continue, and then the answer',
    makeTreatment: every(2, (visit) => {
      visit.socket.write(CONTINUE)
      return answerWell(visit)
    }),
  },
  {
    name: 'a continue, and then FIN',
    makeTreatment: every(10, ({ socket }) => {
      socket.end(CONTINUE)
      return 'truncated'
    }),
  },
  {
    name: 'an early answer, while the body of the request is on its way',
    requests: LARGE_POST,
    makeTreatment: always(answerWell),
  },
  {
    name: 'an early refusal, and FIN while the body of the request is on its way',
    requests: LARGE_POST,
    makeTreatment: every(10, ({ socket }) => {
      socket.end(TOO_LARGE)
      return 'status'
    }),
  },
  {
    name: 'a body that ends with the connection',
    makeTreatment: every(10, ({ socket }) => {
      socket.end('HTTP/1.1 200 OK\r\n\r\nall of it')
      return 'ok'
    }),
  },
  {
    name: 'an answer that announces FIN, and FIN',
    makeTreatment: every(10, ({ socket }) => {
      socket.end(ANSWER_AND_CLOSE)
      return 'ok'
    }),
  },
  {
    name: 'a status outside the success set',
    makeTreatment: every(10, (visit) => {
      answerAndKeep(visit, 'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n')
      return 'status'
    }),
  },
  {
    name: 'a body that comes too slowly',
    makeTreatment: every(50, ({ socket }) => {
      socket.write(ANSWER.slice(0, -1))
      return 'timeout-stalled'
    }),
  },
  { name: 'nothing at all', makeTreatment: every(50, () => 'timeout-no-byte') },
]

/** Of what the server did, what clients hide that send a request again by themselves: Go's rule for GET. */
export function hiddenByRetry({ deeds }: LyingServer): number {
  const { 'eof-reused': eof = 0, 'reset-reused': reset = 0 } = deeds
  return eof + reset
}
