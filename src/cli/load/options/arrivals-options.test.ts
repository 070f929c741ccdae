import { expect, test } from 'vitest'
import { describeRates } from './arrivals-options.ts'
import { readLoadOrder } from './load-options.ts'

const orderOf = (flags: Parameters<typeof readLoadOrder>[1]) => {
  return readLoadOrder('http://127.0.0.1:8080/', flags)
}

test('a ramp comes to its last rate and stays there for a while, and steps end with the last one', () => {
  const ramp = orderOf({ ramp: '10/s..500/s:30s' })
  expect(ramp.plan).toMatchObject({
    arrivals: {
      stages: [
        { fromPerSecond: 10, toPerSecond: 500, durationMs: 30_000 },
        { fromPerSecond: 500, toPerSecond: 500 },
      ],
    },
    durationMs: 40_000,
  })
  expect(ramp.description.rates).toBe('10/s to 500/s in 30s, then 500/s')
  const steps = orderOf({ steps: '100/s:10s,0:1s,200/s:10s' })
  expect(steps.plan.durationMs).toBeUndefined()
  expect(steps.description.rates).toBe('100/s for 10s, then 0/s for 1s, then 200/s for 10s')
  expect(orderOf({ rate: '5/s' }).description).toMatchObject({ ratePerSecond: 5 })
  expect(orderOf({ rate: '5/s' }).description.rates).toBeUndefined()
  expect(describeRates([{ fromPerSecond: 1, toPerSecond: 1 }])).toBe('1/s')
})

test.each([
  [{ ramp: '10..20' }, '--ramp 10..20'],
  [{ ramp: '10/s..500/s:0s' }, '--ramp 10/s..500/s:0s'],
  [{ steps: '100/s' }, '--steps 100/s'],
  [{ rate: '1/s', concurrency: '2' }, '--rate with another schedule'],
  [{ duration: '0s' }, '--duration 0'],
])('%j is refused', (flags, message) => {
  expect(() => orderOf(flags)).toThrow(`${message}: not understood`)
})
