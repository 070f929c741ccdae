import { throwLater } from '../base/throw-later.ts'
import type { Clock, Timer } from '../world/clock.ts'
import type { Controller } from './controller.ts'

/** Works at once, and again `periodMs` after each end. What `work` rejects with ends the run. */
export function startPeriod(clock: Clock, periodMs: number, work: () => Promise<void>): Controller {
  let stopped = false
  let timer: Timer | undefined
  const schedule = () => {
    if (stopped) return
    timer = clock.after(periodMs, () => {
      working = work().then(schedule, throwLater)
    })
  }
  let working = work().then(schedule, throwLater)
  return {
    async stop() {
      stopped = true
      timer?.cancel()
      await working
    },
  }
}
