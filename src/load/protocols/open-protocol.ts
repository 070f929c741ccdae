import { assertNever } from '../../base/invariant.ts'
import type { Clock } from '../../world/clock.ts'
import type { Network } from '../../world/network.ts'
import type { AnswerChecks } from '../expectations/answer-check.ts'
import type { LaneShare, LoadPlan } from '../plan.ts'
import { DeadlineList, type Timed } from '../timeouts.ts'
import { type HttpConnection, http1 } from './http1/connection.ts'
import { encodeRequest } from './http1/request-bytes.ts'
import type { LoadEvents, Protocol } from './protocol.ts'

/** What protocols are given by the generator that they serve. */
export interface ProtocolWorld {
  readonly clock: Clock
  readonly network: Network
  readonly events: LoadEvents
  /** What is looked at in answers besides their status; nothing when undefined. */
  readonly checks: AnswerChecks | undefined
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
