import { expect, test } from 'vitest'
import type { FactBody } from '../timeline/fact.ts'
import type { Clock } from '../world/clock.ts'
import { newVirtualClock } from '../world/virtual-clock.ts'
import { watchEngine } from './engine-heartbeat.ts'

function start() {
  const clock = newVirtualClock()
  /** What a busy thread adds to its timers. */
  let lateMs = 0
  const busy: Clock = {
    ...clock,
    monotonicNs: () => clock.monotonicNs(),
    wallMs: () => clock.wallMs(),
    after: (delayMs, callback) => clock.after(delayMs + lateMs, callback),
  }
  const facts: FactBody[] = []
  const stop = watchEngine(busy, { record: (fact) => void facts.push(fact) })
  return { clock, facts, stop, beLate: (ms: number) => (lateMs = ms) }
}

test('a thread that turns in time is no fact', async () => {
  const { clock, facts, stop, beLate } = start()
  beLate(200)
  await clock.advance(5_000)
  expect(facts).toEqual([])
  stop()
  expect(clock.timerCount).toBe(0)
})

test('a thread that stood still is told with how long it did', async () => {
  const { clock, facts, stop, beLate } = start()
  beLate(700)
  // The first beat had been set before; the second one is late.
  await clock.advance(150)
  beLate(0)
  await clock.advance(2_000)
  expect(facts).toEqual([{ kind: 'engine-stalled', stallMs: 700 }])
  stop()
})
