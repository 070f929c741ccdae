import type { Clock } from '../world/clock.ts'

/** An event loop that stood still for longer than this says so: what it measured meanwhile is in doubt. */
const STALL_MS = 50
/** Timers fire in whole milliseconds; asking for half of one gets the next. */
export const BEAT_MS_MIN = 0.5

export interface HeartbeatHandlers {
  /** Does what is due; returns how long there is nothing to do, or undefined to end the heartbeat. */
  onBeat(nowNs: number): number | undefined
  onStall(stallMs: number): void
}

/**
 * Calls back again and again, and sees by its own lateness when the event loop stood still. After
 * such a stall the sockets speak first: answers that lie unread are not late, and a connection whose
 * FIN lies unread is not to be used. One beat is left out for that, never two in a row.
 */
export class Heartbeat {
  /** The longest time the event loop did not turn when it should have. */
  delayMsMax = 0
  readonly #clock: Clock
  readonly #handlers: HeartbeatHandlers
  #expectedAtNs = 0
  #hasLeftOut = false

  constructor(clock: Clock, handlers: HeartbeatHandlers) {
    this.#clock = clock
    this.#handlers = handlers
  }

  /** The first beat is at once. */
  start(): void {
    this.#expectedAtNs = this.#clock.monotonicNs()
    this.#beat()
  }

  #beat(): void {
    const nowNs = this.#clock.monotonicNs()
    const lateMs = (nowNs - this.#expectedAtNs) / 1e6
    this.delayMsMax = Math.max(this.delayMsMax, lateMs)
    const isStalled = lateMs > STALL_MS
    if (isStalled) this.#handlers.onStall(lateMs)
    this.#hasLeftOut = isStalled && !this.#hasLeftOut
    const restMs = this.#hasLeftOut ? BEAT_MS_MIN : this.#handlers.onBeat(nowNs)
    if (restMs === undefined) return
    this.#expectedAtNs = nowNs + restMs * 1e6
    this.#clock.after(restMs, () => this.#beat())
  }
}
