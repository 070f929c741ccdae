import { assertNever } from '../../base/invariant.ts'
import type { Clock } from '../../world/clock.ts'
import type { Network } from '../../world/network.ts'
import type { AnswerChecks } from '../expectations/answer-check.ts'
import type { WebSocketKeys } from '../../world/websocket-keys.ts'
import type { LaneShare, LoadPlan } from '../plan.ts'
import type { SessionTally } from '../records/session-tally.ts'
import { DeadlineList, type Timed } from '../timeouts.ts'
import { openGrpc } from './grpc/open-grpc.ts'
import { type HttpConnection, http1 } from './http1/connection.ts'
import { encodeRequest } from './http1/request-bytes.ts'
import type { Http2Connection } from './http2/connection.ts'
import { openHttp2 } from './http2/open-http2.ts'
import type { LoadEvents, Protocol } from './protocol.ts'
import type { SoloConnection } from './solo/solo-connection.ts'
import { openStream } from './stream/open-stream.ts'
import { tcpProbe } from './tcp/tcp-probe.ts'
import { openWebSocket } from './websocket/open-websocket.ts'

/** What protocols are given by the generator that they serve. */
export interface ProtocolWorld {
  readonly clock: Clock
  readonly network: Network
  readonly events: LoadEvents
  /** What is looked at in answers besides their status; nothing when undefined. */
  readonly checks: AnswerChecks | undefined
  /** Where sessions are counted. */
  readonly sessions: SessionTally
  /** For WebSockets only. */
  readonly webSocketKeys?: WebSocketKeys
}

/** A protocol as one lane speaks it. */
export interface OpenProtocol {
  readonly protocol: Protocol
  /** Tells connections whose deadline is at or before `nowNs`: opening, closing, or whatever their protocol waits for. */
  expireDeadlines(nowNs: number): void
}

/** The protocol that a plan asks for. A new one is one folder and one case here. */
export function openProtocol(world: ProtocolWorld, plan: LoadPlan, share: LaneShare): OpenProtocol {
  const { target, requests, okStatuses, connectTimeoutMs, requestId } = plan
  const name = plan.protocol ?? 'http1'
  switch (name) {
    case 'http1':
      return withDeadlines<HttpConnection>((deadlines) => {
        const keepsAlive = share.lane !== 'new'
        const options = { target, keepsAlive, requestId }
        const encoded = requests.map((request) => encodeRequest(request, options))
        const shared = { ...world, target, okStatuses, connectTimeoutMs, deadlines }
        return http1({ ...shared, requests: encoded })
      })
    case 'http2':
      return withDeadlines<Http2Connection>((deadlines) =>
        openHttp2(world, plan, { share, deadlines }),
      )
    case 'grpc':
      return withDeadlines<Http2Connection>((deadlines) =>
        openGrpc(world, plan, { share, deadlines }),
      )
    case 'websocket':
      return withDeadlines<SoloConnection>((deadlines) => openWebSocket(world, plan, deadlines))
    case 'sse':
    case 'download':
      return withDeadlines<SoloConnection>((deadlines) => openStream(world, plan, deadlines))
    case 'tcp':
      return withDeadlines<SoloConnection>((deadlines) =>
        tcpProbe({ ...world, target, connectTimeoutMs, deadlines }),
      )
    default:
      return assertNever(name)
  }
}

/** Each protocol keeps the deadlines of its own connections. */
function withDeadlines<T extends Timed<T> & { expireDeadline(): void }>(
  open: (deadlines: DeadlineList<T>) => Protocol,
): OpenProtocol {
  const deadlines = new DeadlineList<T>()
  return {
    protocol: open(deadlines),
    expireDeadlines(nowNs) {
      for (;;) {
        const connection = deadlines.takeDue(nowNs)
        if (connection === undefined) return
        connection.expireDeadline()
      }
    },
  }
}
