import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { latestAt, nextAfter } from './history.ts'

test('looking up by halving finds what looking at every step finds', () => {
  const time = fc.integer({ min: 0, max: 30 })
  fc.assert(
    fc.property(fc.array(time, { maxLength: 20 }), time, (times, at) => {
      const steps = times.sort((a, b) => a - b).map((at) => ({ at }))
      expect(latestAt(steps, at)).toBe(steps.findLast((step) => step.at <= at))
      expect(nextAfter(steps, at)).toBe(steps.find((step) => step.at > at))
    }),
  )
})
