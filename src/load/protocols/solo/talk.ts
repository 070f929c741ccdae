import type { Outcome } from '../../../timeline/outcome.ts'
import type { SocketError } from '../../../world/network.ts'
import type { PlannedRequest } from '../../planned-request.ts'

/**
 * What is said on a connection that carries one request: a stream, a WebSocket, nothing at all. It decides
 * when the request ends, and as what; the connection around it keeps the socket.
 */
export interface Talk {
  /** The connection is open. */
  onOpen(): void
  /** The bytes are valid only during the call. */
  onData(bytes: Uint8Array): void
  /** The peer sent FIN: the request ends with what this returns. */
  onEnd(): Outcome
  /** The socket is gone; the request ends with what this returns. */
  onBroken(error: SocketError): Outcome
  /** A time asked for by `wakeAt` has come, or was put off by less than the engine's beat. */
  onWake(nowNs: number): void
  /** The request's time is over: it ends with what this returns. */
  onExpired(): Outcome
  /** Its user ends it now, or as soon as it has begun. */
  windUp(): void
  /** What waited in the socket has gone. */
  onDrain?(): void
}

/** The connection, as its talk sees it. */
export interface Line {
  readonly request: PlannedRequest
  readonly openedAtNs: number
  nowNs(): number
  /** False: the peer does not read; stop until `onDrain`. */
  write(bytes: Uint8Array): boolean
  /** The request has been sent, now unless said otherwise. */
  noteSent(atNs?: number): void
  noteFirstByte(): void
  /** Calls `onWake` at that time; an earlier wish is forgotten. */
  wakeAt(atNs: number): void
  /** Ends the request: `fin` closes politely, `reset` does not wait for the peer. The last thing a talk does in a turn. */
  finish(outcome: Outcome, how: 'fin' | 'reset'): void
}
