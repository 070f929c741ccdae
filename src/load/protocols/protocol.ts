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
  readonly owner: ConnectionOwner
}

/** One connection. It carries one attempt at a time, and never the same request twice. */
export interface LoadConnection extends RequestCarrier {
  readonly openedAtNs: number
  /** Sends the request now. Only while the connection is free. */
  carry(request: PlannedRequest): void
  /** Ends a free connection politely: FIN, and RST if the peer does not answer it. */
  close(): void
}

/** What a lane is told of its connections. Each call is the last thing the connection does in a turn. */
export interface ConnectionOwner {
  /** The answer is complete, and the connection can carry another request. */
  onFree(connection: LoadConnection): void
  /** It will carry no more requests: its socket may still be on its way out. Called once. */
  onUnusable(connection: LoadConnection): void
}

/** What the engine is told, whatever the protocol. */
export interface LoadEvents {
  /** The request has its outcome and is no longer the protocol's. */
  onEnded(request: PlannedRequest): void
  onSent(request: PlannedRequest): void
  onConnectionClosed(): void
  /** The peer closed the connection with nothing in flight. */
  onClosedIdle(): void
  /** The peer sent bytes that no request had asked for. */
  onFaulted(): void
}
