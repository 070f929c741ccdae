import { expect, test } from 'vitest'
import { newVirtualClock } from '../world/virtual-clock.ts'
import { BackOff } from './back-off.ts'

function backOff(jitter?: number) {
  const clock = newVirtualClock()
  const random = jitter === undefined ? undefined : { next: () => jitter }
  return { clock, one: new BackOff(clock, { firstMs: 800, msMax: 30_000, random }) }
}

test('each failure in a row doubles the wait, up to a bound', () => {
  const { one } = backOff()
  const waits = Array.from({ length: 8 }, () => one.nextMs())
  expect(waits).toEqual([800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000])
})

test('chance adds up to as much again', () => {
  const { one } = backOff(0.5)
  expect([one.nextMs(), one.nextMs()]).toEqual([1_200, 2_400])
})

test('a success begins anew, and so does a time without failures', async () => {
  const { one, clock } = backOff()
  one.nextMs()
  one.nextMs()
  one.reset()
  expect([one.nextMs(), one.nextMs()]).toEqual([800, 1_600])
  await clock.advance(120_000)
  expect(one.nextMs()).toBe(3_200)
  await clock.advance(120_001)
  expect(one.nextMs()).toBe(800)
})
