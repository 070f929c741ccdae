import type { PlannedRequest, RequestCarrier } from '../planned-request.ts'

/** How requests travel: the third of the generator's independent parts, beside schedule and lane. */
export interface Protocol {
  /** Opens a connection and sends `request` on it as soon as it stands. */
  open(request: PlannedRequest, options: OpenOptions): LoadConnection
}

export interface OpenOptions {
  /** Counts the generator's connections from 1. */
  readonly id: number
  /** False: the request announces that it is the connection's only one. */
  readonly keepsAlive: boolean
  /** `long` lane: how long a session is held, milliseconds. */
  readonly sessionMs?: number
  readonly owner: ConnectionOwner
}

/** One connection. It never carries the same request twice, and one at a time unless it has streams. */
export interface LoadConnection extends RequestCarrier {
  readonly openedAtNs: number
  /** Requests that it has carried or carries. */
  readonly carried: number
  /** It can carry one more request now. */
  readonly hasRoom: boolean
  /** Sends the request now. Only while it has room. */
  carry(request: PlannedRequest): void
  /** Takes no more requests and ends politely once nothing is in flight: FIN, and RST if the peer does not answer it. */
  close(): void
  /** Ends the session under way as its user would; its request ends as it stands. Long-lived protocols only. */
  windUp?(): void
}

/** What a lane is told of its connections. Each call is the last thing the connection does in a turn. */
export interface ConnectionOwner {
  /** It has room again, having had none: called once for each time that this comes about. */
  onFree(connection: LoadConnection): void
  /** It will carry no more requests: its socket may still be on its way out. Called once. */
  onUnusable(connection: LoadConnection): void
}

/** What the engine is told, whatever the protocol. */
export interface LoadEvents {
  /** The request has its outcome and is no longer the protocol's. */
  onEnded(request: PlannedRequest): void
  onSent(request: PlannedRequest): void
  /** A connection is open; `address` is what the target's name led to this time. */
  onConnected(address: string): void
  onConnectionClosed(): void
  /** The peer closed the connection with nothing in flight. */
  onClosedIdle(): void
  /** The peer sent bytes that no request had asked for. */
  onFaulted(): void
}
