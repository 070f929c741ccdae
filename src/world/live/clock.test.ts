import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { clockOriginNow, liveClock } from './clock.ts'

test('time never goes back, and wall-clock time goes with it', () => {
  const clock = liveClock({ monotonicNs: process.hrtime.bigint(), wallMs: 1_000_000 })
  let last = clock.monotonicNs()
  for (let round = 0; round < 10_000; round++) {
    const now = clock.monotonicNs()
    expect(now).toBeGreaterThanOrEqual(last)
    last = now
  }
  expect(Number.isInteger(last)).toBe(true)
  expect(clock.wallMs()).toBeGreaterThanOrEqual(1_000_000 + last / 1e6)
})

test('a timer never fires early, not even when it was set late in a busy turn', async () => {
  const clock = liveClock()
  const start = clock.monotonicNs()
  while (clock.monotonicNs() - start < 20e6);
  const setAt = clock.monotonicNs()
  for (const delayMs of [0, 0.4, 1, 7.3]) {
    const firedAt = await new Promise<number>((resolve) =>
      clock.after(delayMs, () => resolve(clock.monotonicNs())),
    )
    expect(firedAt - setAt).toBeGreaterThanOrEqual(delayMs * 1e6)
  }
})

test('a cancelled timer does not fire, nor does one too long for the runtime fire at once', async () => {
  const clock = liveClock()
  const fired: string[] = []
  clock.after(1, () => fired.push('cancelled')).cancel()
  clock.after(0, () => fired.push('cancelled at once')).cancel()
  const long = clock.after(2 ** 40, () => fired.push('long'))
  await new Promise<void>((resolve) => void clock.after(20, resolve))
  long.cancel()
  expect(fired).toEqual([])
})

test('a thread that is given the origin counts from the same instant', async () => {
  const origin = clockOriginNow()
  const clock = liveClock(origin)
  const before = clock.monotonicNs()
  const worker = new Worker(
    `const { parentPort, workerData } = require('node:worker_threads')
     import(workerData.module).then(({ liveClock }) =>
       parentPort.postMessage(liveClock(workerData.origin).monotonicNs()))`,
    { eval: true, workerData: { origin, module: new URL('clock.ts', import.meta.url).href } },
  )
  const there = await new Promise<number>((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
  expect(there).toBeGreaterThanOrEqual(before)
  expect(there).toBeLessThanOrEqual(clock.monotonicNs())
  await worker.terminate()
})
