import type { Clock } from '../../world/clock.ts'
import type { ConnectionBudget } from './connection-budget.ts'
import type { PlannedRequest } from '../planned-request.ts'
import type { Protocol } from '../protocols/protocol.ts'

/** Which connection a request goes to: a policy over connections that knows no protocol and no schedule. */
export interface Lane {
  /** Gives the request to a connection, or lets it wait for one, first come, first served. */
  submit(request: PlannedRequest): void
  /** Some request has no connection yet. */
  readonly hasWaiting: boolean
  /** The request that has waited longest, if by now it should have a new connection. */
  wantsConnection(nowNs: number): PlannedRequest | undefined
  /** Gives the oldest waiting request a new connection: the budget has room for one. */
  openForOldest(): void
  /** Forgets the oldest waiting request, whose time is over. */
  abandonOldest(): void
  /** Ends what would go on for long, such as sessions: the plan has come to its end. */
  windUp?(): void
  /** Closes what is free now and what becomes free from now on. */
  close(): void
}

/** What lanes share. */
export interface LaneWorld {
  readonly clock: Clock
  readonly protocol: Protocol
  readonly budget: ConnectionBudget
  /** The request is about to be given to a connection. */
  onDispatch(request: PlannedRequest): void
  /** A connection was closed for its age. */
  onAgedOut(): void
}
