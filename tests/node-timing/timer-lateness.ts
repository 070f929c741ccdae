/** A tick that came so late, in milliseconds of `nowMs`. */
export interface LateTick {
  readonly atMs: number
  readonly lateMs: number
}

const EVERY_MS = 20

/** The same in all threads. */
export function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1_000_000
}

/** Tells of each tick of a timer of this thread. */
export function watchTimer(onTick: (tick: LateTick) => void): NodeJS.Timeout {
  let dueMs = nowMs() + EVERY_MS
  return setInterval(() => {
    const atMs = nowMs()
    onTick({ atMs, lateMs: Math.max(0, atMs - dueMs) })
    dueMs = atMs + EVERY_MS
  }, EVERY_MS)
}
