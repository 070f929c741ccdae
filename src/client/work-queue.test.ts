import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { sleep } from '../world/clock.ts'
import { newVirtualClock } from '../world/virtual-clock.ts'
import { newWorkQueue } from './work-queue.ts'

test('keys are worked on in the order of their adding, each once', async () => {
  const clock = newVirtualClock()
  const worked: string[] = []
  const queue = newWorkQueue(clock, async (key) => void worked.push(key))
  for (const key of ['b', 'a', 'b', 'c', 'a']) queue.add(key)
  expect(worked).toEqual([])
  await clock.advance(0)
  expect(worked).toEqual(['b', 'a', 'c'])
})

test('a key that is added while in hand is worked on again, once, afterwards', async () => {
  const clock = newVirtualClock()
  const log: string[] = []
  const queue = newWorkQueue(clock, async (key) => {
    log.push(`start ${key}`)
    await sleep(clock, 10)
    log.push(`end ${key}`)
  })
  queue.add('a')
  await clock.advance(5)
  queue.add('a')
  queue.add('a')
  queue.add('b')
  await clock.advance(100)
  expect(log).toEqual(['start a', 'end a', 'start b', 'end b', 'start a', 'end a'])
})

test.each([
  ['sooner', 50, 20, 20],
  ['later', 20, 50, 20],
])('of two delays the earliest counts, the second being %s', async (_, first, second, at) => {
  const clock = newVirtualClock()
  const workedAt: number[] = []
  const queue = newWorkQueue(clock, async () => void workedAt.push(clock.monotonicNs() / 1e6))
  queue.addAfter('a', first)
  queue.addAfter('a', second)
  await clock.advance(200)
  expect(workedAt).toEqual([at])
})

test('a failure is tried again after 5 ms, then after twice as long each time, 1000 s at most', async () => {
  const clock = newVirtualClock()
  const startedAt: number[] = []
  const failures: number[] = []
  const queue = newWorkQueue(
    clock,
    async () => {
      startedAt.push(clock.monotonicNs() / 1e6)
      throw new Error('no')
    },
    { onFailure: (_key, _error, count) => failures.push(count) },
  )
  queue.add('a')
  await clock.runUntil(() => startedAt.length === 22, 10_000_000)
  const delays = startedAt.slice(1).map((at, index) => at - (startedAt[index] ?? 0))
  expect(delays.slice(0, 6)).toEqual([5, 10, 20, 40, 80, 160])
  expect(delays.slice(17)).toEqual([655_360, 1_000_000, 1_000_000, 1_000_000])
  expect(failures).toEqual(startedAt.map((_, index) => index + 1))
  await queue.stop()
})

test('a success starts the delays anew, and other keys are not held up', async () => {
  const clock = newVirtualClock()
  const startedAt: string[] = []
  let remaining = 3
  const queue = newWorkQueue(clock, async (key) => {
    startedAt.push(`${key}@${clock.monotonicNs() / 1e6}`)
    if (key === 'good') return
    remaining -= 1
    if (remaining !== 1) throw new Error('no')
  })
  queue.add('bad')
  queue.add('good')
  await clock.advance(4)
  expect(startedAt).toEqual(['bad@0', 'good@0'])
  await clock.advance(96)
  // The second try succeeds, so that the failure after the next add waits 5 ms again.
  queue.add('bad')
  await clock.advance(6)
  expect(startedAt).toEqual(['bad@0', 'good@0', 'bad@5', 'bad@100', 'bad@105'])
  await queue.stop()
})

test('as many keys are in hand as allowed, and never one key twice', async () => {
  const clock = newVirtualClock()
  const inHand = new Set<string>()
  let most = 0
  const queue = newWorkQueue(
    clock,
    async (key) => {
      expect(inHand.has(key)).toBe(false)
      inHand.add(key)
      most = Math.max(most, inHand.size)
      await sleep(clock, 10)
      inHand.delete(key)
    },
    { concurrency: 3 },
  )
  for (const key of ['a', 'b', 'c', 'd', 'e']) queue.add(key)
  await clock.advance(5)
  queue.add('a')
  await clock.advance(100)
  expect([most, inHand.size]).toEqual([3, 0])
})

test('stop waits for what is in hand and forgets the rest', async () => {
  const clock = newVirtualClock()
  const log: string[] = []
  const queue = newWorkQueue(clock, async (key) => {
    log.push(`start ${key}`)
    await sleep(clock, 10)
    log.push(`end ${key}`)
  })
  queue.add('a')
  queue.add('b')
  queue.addAfter('c', 5)
  await clock.advance(1)
  queue.add('a')
  const stopped = queue.stop().then(() => log.push('stopped'))
  queue.add('d')
  queue.addAfter('e', 1)
  await clock.advance(100)
  await stopped
  expect(log).toEqual(['start a', 'end a', 'stopped'])
  expect(clock.timerCount).toBe(0)
})

test('stop of an idle queue is done at once, also the second time', async () => {
  const queue = newWorkQueue(newVirtualClock(), async () => undefined)
  await queue.stop()
  await queue.stop()
})

test('whatever is added when, every add is followed by a pass that starts after it', async () => {
  const add = fc.record({ key: fc.constantFrom('a', 'b', 'c'), atMs: fc.nat(60) })
  await fc.assert(
    fc.asyncProperty(fc.array(add, { maxLength: 30, size: 'max' }), async (adds) => {
      const clock = newVirtualClock()
      const lastAdd = new Map<string, number>()
      const lastStart = new Map<string, number>()
      const queue = newWorkQueue(clock, async (key) => {
        lastStart.set(key, clock.monotonicNs())
        await sleep(clock, 7)
      })
      for (const { key, atMs } of adds) {
        clock.after(atMs, () => {
          lastAdd.set(key, clock.monotonicNs())
          queue.add(key)
        })
      }
      await clock.advance(1_000)
      for (const [key, at] of lastAdd) expect(lastStart.get(key)).toBeGreaterThanOrEqual(at)
      expect([...lastStart.keys()].toSorted()).toEqual([...lastAdd.keys()].toSorted())
    }),
    { numRuns: 50 },
  )
})
