import { afterEach, describe, expect, test } from 'vitest'
import { startLoad } from '../../load/engine.ts'
import type { StartLoad } from '../../load/plan.ts'
import { severalGenerators } from '../../load/several-generators.ts'
import { accountFor, Collected, planOf } from '../../load/testing/load-run.ts'
import { answerWell, type Deed, LyingServer, type Visit } from '../../load/testing/lying-server.ts'
import { type ClockOrigin, clockOriginNow, liveClock } from '../../world/live/clock.ts'
import { liveNetwork } from '../../world/live/network.ts'
import { threadedLoad } from './threaded-load.ts'

/** What every load generator promises, whichever thread it runs in. */

const origin = clockOriginNow()
const clock = liveClock(origin)
const pause = (ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve))

let server: LyingServer | undefined
afterEach(() => server?.close())

async function listen(treat: (visit: Visit) => Deed = answerWell) {
  server = new LyingServer(treat)
  return server.listen()
}

const IMPLEMENTATIONS: readonly (readonly [name: string, start: StartLoad, generators: number])[] =
  [
    [
      'in this thread',
      (plan, handlers) => startLoad({ clock, network: liveNetwork() }, plan, handlers),
      1,
    ],
    ['in a thread of its own', threadedLoad(origin), 1],
    ['in three threads', severalGenerators(clock, 3, threadedLoad(origin)), 3],
  ]

describe.each(IMPLEMENTATIONS)('a load generator %s', (_, startLoad, generators) => {
  test('accounts for every request', async () => {
    const port = await listen()
    const collected = new Collected()
    const generator = startLoad(
      planOf({
        port,
        ratePerSecond: 500,
        lanes: [
          { lane: 'new', share: 0.2 },
          { lane: 'reused', share: 0.8, connections: 4 },
        ],
      }),
      collected,
    )
    await generator.start()
    await pause(1_200)
    const report = await generator.stop()
    expect(accountFor(collected, report.planned)).toEqual([])
    expect(collected.outcomes).toEqual({ ok: report.planned })
    expect(server?.deeds).toEqual({ ok: report.planned })
    expect(collected.rows[0]).toMatchObject({ second: 0, planned: 500, sent: 500, ok: 500 })
    expect(report.connections.opened).toBe(server?.connections)
  })

  test('stamps its times with the clock of the run', async () => {
    const port = await listen()
    const collected = new Collected()
    const before = clock.monotonicNs()
    const generator = startLoad(planOf({ port }), collected)
    const { startedAt } = await generator.start()
    await pause(50)
    await generator.stop()
    const after = clock.monotonicNs()
    expect(startedAt).toBeGreaterThan(before)
    expect(startedAt).toBeLessThan(after)
    for (const { sentAt, firstByteAt, endedAt } of collected.records) {
      const times = [startedAt, sentAt, firstByteAt, endedAt, after]
      expect(times).toEqual(times.toSorted((a, b) => a - b))
    }
  })

  test('waits at its stop for what is in flight, for the timeout at most', async () => {
    const port = await listen(({ socket, nth }: Visit) => {
      if (nth === 1) void clock.after(200, () => answerWell({ socket, nth, closes: false }))
      return nth === 1 ? 'ok' : 'timeout-no-byte'
    })
    const collected = new Collected()
    const plan = planOf({
      port,
      lanes: [{ lane: 'reused', share: 1, connections: 1 }],
      connectionsMax: 1,
      timeoutMs: 400,
    })
    const generator = startLoad(plan, collected)
    await generator.start()
    await pause(120)
    const report = await generator.stop()
    expect(accountFor(collected, report.planned)).toEqual([])
    // Each of them has a connection, whose first request is answered.
    expect(collected.outcomes['ok']).toBe(generators)
    expect(report.planned).toBeGreaterThan(1)
  })

  test('comes to its end where some have nothing to send', async () => {
    const collected = new Collected()
    const generator = startLoad(planOf({ port: await listen(), requestsMax: 1 }), collected)
    await generator.start()
    expect(await generator.finished).toMatchObject({ planned: 1 })
    expect(collected.outcomes).toEqual({ ok: 1 })
  })

  test('can be stopped while it starts', async () => {
    const generator = startLoad(planOf({ port: 9 }), new Collected())
    const starting = generator.start()
    const report = await generator.stop()
    expect(report.planned).toBeGreaterThanOrEqual(0)
    expect((await starting).startedAt).toBeGreaterThan(0)
  })

  test('can be stopped without having been started, and more than once', async () => {
    const generator = startLoad(planOf({ port: 9 }), new Collected())
    expect(await generator.stop()).toMatchObject({ planned: 0 })
    expect(await generator.stop()).toMatchObject({ planned: 0 })
  })

  test.each([
    [{ ratePerSecond: 0 }, 'rate 0/s'],
    [{ ratePerSecond: 1e9 }, 'rate 1000000000/s'],
    [{ timeoutMs: -1 }, 'timeout -1 ms'],
    [{ requests: [] }, '0 requests'],
    [{ lanes: [{ lane: 'new' as const, share: 0.5 }] }, 'lane shares 0.5'],
    [{ connectionsMax: 1 }, 'connections max 1'],
    [{ requests: [{ method: 'GET', path: '/a b', headers: {}, weight: 1 }] }, 'path "/a b"'],
  ])('refuses the plan %j at once, naming what is wrong', (changes, message) => {
    expect(() => startLoad(planOf(changes), new Collected())).toThrow(message)
  })
})

describe('a thread that ends by itself', () => {
  test('rejects the stop with what happened, instead of waiting for ever', async () => {
    const port = await listen()
    // A value that no checked plan has: the first answer makes the thread fail.
    const plan = planOf({ port, okStatuses: JSON.parse('null') })
    const generator = threadedLoad(origin)(plan, new Collected())
    await generator.start()
    await expect(generator.stop()).rejects.toMatchObject({
      code: 'load-thread-ended',
      exitCode: 3,
      message: expect.stringContaining('not iterable'),
    })
    await expect(generator.stop()).rejects.toMatchObject({ code: 'load-thread-ended' })
  })

  test('rejects the start too', async () => {
    const brokenOrigin: ClockOrigin = JSON.parse('{ "wallMs": 0 }')
    const generator = threadedLoad(brokenOrigin)(planOf(), new Collected())
    await expect(generator.start()).rejects.toMatchObject({ code: 'load-thread-ended' })
  })
})
