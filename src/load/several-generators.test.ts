import { expect, test } from 'vitest'
import { liveClock, clockOriginNow } from '../world/live/clock.ts'
import type { LoadGenerator } from './plan.ts'
import { severalGenerators } from './several-generators.ts'
import { Collected, planOf } from './testing/load-run.ts'

const clock = liveClock(clockOriginNow())

test.each([
  [2, { connectionsMax: 4 }, 'connections max 2 for each of 2 workers; it must be at least 3'],
  [64, {}, 'connections max 1 for each of 64 workers; it must be at least 2'],
  [0, {}, '0 workers; it must be 1 to 64'],
  [1.5, {}, '1.5 workers'],
  [Number.NaN, {}, 'NaN workers'],
])('a plan that %d generators cannot share starts none of them', (workers, changes, message) => {
  const started: LoadGenerator[] = []
  const start = severalGenerators(clock, workers, () => {
    started.push({
      ready: Promise.resolve(),
      finished: new Promise(() => undefined),
      start: () => new Promise(() => undefined),
      stop: () => new Promise(() => undefined),
    })
    return started[0]!
  })
  const plan = planOf({
    lanes: [
      { lane: 'new', share: 0.5 },
      { lane: 'reused', share: 0.5, connections: 3 },
    ],
    ...changes,
  })
  expect(() => start(plan, new Collected())).toThrow(message)
  expect(started).toEqual([])
})
