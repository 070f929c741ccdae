import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { sleep } from './clock.ts'
import { newVirtualClock } from './virtual-clock.ts'

test('time stands still until it is told to move', async () => {
  const clock = newVirtualClock({ startWallMs: 1_000 })
  let fired = false
  clock.after(0, () => (fired = true))
  await Promise.resolve()
  expect([clock.monotonicNs(), clock.wallMs(), fired]).toEqual([0, 1_000, false])
  await clock.advance(0)
  expect(fired).toBe(true)
  await clock.advance(1.5)
  expect([clock.monotonicNs(), clock.wallMs()]).toEqual([1_500_000, 1_001])
})

test('due timers run by time, then by insertion, each at its own time', async () => {
  const clock = newVirtualClock()
  const seen: string[] = []
  for (const [name, delayMs] of [
    ['c', 20],
    ['a', 10],
    ['b', 10],
    ['late', 31],
  ] as const) {
    clock.after(delayMs, () => seen.push(`${name}@${clock.monotonicNs() / 1e6}`))
  }
  await clock.advance(30)
  expect(seen).toEqual(['a@10', 'b@10', 'c@20'])
  expect(clock.monotonicNs()).toBe(30_000_000)
  expect(clock.timerCount).toBe(1)
})

test('promise chains settle between two timers, and may set timers that are due in the same move', async () => {
  const clock = newVirtualClock()
  const seen: string[] = []
  const work = async (name: string) => {
    await sleep(clock, 10)
    for (let turn = 0; turn < 50; turn++) await Promise.resolve()
    seen.push(`${name} first`)
    await sleep(clock, 5)
    seen.push(`${name} second@${clock.monotonicNs() / 1e6}`)
  }
  const works = [work('a'), work('b')]
  await clock.advance(15)
  expect(seen).toEqual(['a first', 'b first', 'a second@15', 'b second@15'])
  await Promise.all(works)
})

test('work that is started before the move has set its timers when the move begins', async () => {
  const clock = newVirtualClock()
  let done = false
  const work = (async () => {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve()
    await sleep(clock, 5)
    done = true
  })()
  await clock.advance(5)
  expect(done).toBe(true)
  await work
})

test('a cancelled timer does not run, and cancelling twice or afterwards does nothing', async () => {
  const clock = newVirtualClock()
  let fired = 0
  const cancelled = clock.after(5, () => fired++)
  const kept = clock.after(5, () => fired++)
  cancelled.cancel()
  cancelled.cancel()
  await clock.advance(10)
  kept.cancel()
  expect([fired, clock.timerCount]).toEqual([1, 0])
})

test('runUntil stops at the timer that makes the predicate true', async () => {
  const clock = newVirtualClock()
  let count = 0
  const tick = () => {
    count += 1
    clock.after(10, tick)
  }
  clock.after(10, tick)
  expect(await clock.runUntil(() => count === 3, 1_000)).toBe(true)
  expect(clock.monotonicNs()).toBe(30_000_000)
  expect(await clock.runUntil(() => count === 3, 1_000)).toBe(true)
  expect(clock.monotonicNs()).toBe(30_000_000)
})

test('runUntil gives up at its limit, also when no timer is left', async () => {
  const clock = newVirtualClock()
  expect(await clock.runUntil(() => false, 250)).toBe(false)
  expect(clock.monotonicNs()).toBe(250_000_000)
  clock.after(100, () => undefined)
  expect(await clock.runUntil(() => false, 50)).toBe(false)
  expect(clock.monotonicNs()).toBe(300_000_000)
})

test('two movers at once are refused', async () => {
  const clock = newVirtualClock()
  const first = clock.advance(5)
  await expect(clock.advance(5)).rejects.toThrow('two callers at once')
  await first
})

test('promises that use the clock without end are reported instead of hanging', async () => {
  const clock = newVirtualClock()
  const stop = new AbortController()
  const loop = (async () => {
    while (!stop.signal.aborted) {
      clock.monotonicNs()
      await Promise.resolve()
    }
  })()
  await expect(clock.advance(5)).rejects.toThrow('without end')
  stop.abort()
  await loop
})

test('any mix of timers and cancellations runs in the order of a stable sort by time', async () => {
  const timer = fc.record({ delayMs: fc.integer({ min: 0, max: 50 }), cancelled: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(fc.array(timer, { maxLength: 200, size: 'max' }), async (timers) => {
      const clock = newVirtualClock({ settle: () => Promise.resolve() })
      const seen: number[] = []
      const handles = timers.map(({ delayMs }, index) =>
        clock.after(delayMs, () => seen.push(index)),
      )
      for (const [index, { cancelled }] of timers.entries()) if (cancelled) handles[index]?.cancel()
      await clock.advance(50)
      const expected = timers
        .map((entry, index) => ({ ...entry, index }))
        .filter(({ cancelled }) => !cancelled)
        .sort((a, b) => a.delayMs - b.delayMs)
        .map(({ index }) => index)
      expect(seen).toEqual(expected)
    }),
  )
})
