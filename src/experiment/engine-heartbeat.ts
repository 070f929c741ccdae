import type { Recorder } from '../timeline/fact.ts'
import type { Clock, Timer } from '../world/clock.ts'

const BEAT_MS = 100
/** Beats come a few milliseconds late on any machine; this late, controllers and proxy were late as well. */
const STALL_MS_MIN = 250

/**
 * Records when the thread of the API, the controllers and the node stood still: what they did late
 * then (SIGTERM, new endpoints, new routes) is not how the service behaves. Returns what ends it.
 */
export function watchEngine(clock: Clock, recorder: Recorder): () => void {
  let dueNs = 0
  let timer: Timer
  const beat = () => {
    const stallMs = (clock.monotonicNs() - dueNs) / 1e6
    if (stallMs >= STALL_MS_MIN) recorder.record({ kind: 'engine-stalled', stallMs })
    next()
  }
  const next = () => {
    dueNs = clock.monotonicNs() + BEAT_MS * 1e6
    timer = clock.after(BEAT_MS, beat)
  }
  next()
  return () => timer.cancel()
}
