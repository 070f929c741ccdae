import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fileURLToPath } from 'node:url'
import { enterSandboxCommand } from '../../src/runtime/sandbox-support.ts'
import { liveWorld } from '../../src/world/live/world.ts'
import { parseEvent } from '../node-timing/events.ts'
import { type LivedRow, type LiveNode, startLiveNode } from '../node-timing/live-life.ts'
import { ROWS } from '../node-timing/rows.ts'

/**
 * Rows of the timing table with real processes. Outside it starts vitest on itself inside namespaces; inside, it is the
 * suite.
 */
const INSIDE = 'HITLESS_TEST_INSIDE_SANDBOX'
const LIVE_ROWS = ROWS.filter(({ isLive }) => isLive)
/** So many lives at a time: starting all at once would be a load of its own. */
const AT_ONCE = 4
/** Clocks and timers do not agree to the millisecond. */
const EARLY_MS_MAX = 30
const LATE_MS_MAX = 200
/** Where timers or starts were slow the machine is busy. That only delays, by a probe's period or two. */
const BUSY_LATE_MS_MAX = 8_000
const LATENESS_MS_MAX = 40
const START_MS_MAX = 150

if (process.env[INSIDE] === undefined) {
  test('pods of real processes live as the table says', { timeout: 170_000 }, async () => {
    const root = fileURLToPath(new URL('../..', import.meta.url))
    const self = fileURLToPath(import.meta.url)
    const vitest = [process.execPath, `${root}node_modules/vitest/vitest.mjs`, 'run', self]
    const options = ['--project=e2e', '--configLoader=native', '--no-cache']
    const result = await liveWorld().processes.run(enterSandboxCommand([...vitest, ...options]), {
      timeoutMs: 160_000,
      workingDir: root,
      env: { PATH: process.env['PATH'] ?? '', NO_COLOR: '1', HOME: '/tmp', [INSIDE]: '1' },
    })
    expect(result.exitCode, `${result.stdout}${result.stderr}`).toBe(0)
    expect(result.stdout).toMatch(/Tests {2}\d\d passed/)
  })
} else {
  describe('a pod of real processes', () => {
    let node: LiveNode
    let lateness: { readonly msMax: () => number; stop(): void }
    const lives = new Map<string, LivedRow>()

    beforeAll(async () => {
      lateness = watchLateness()
      node = await startLiveNode(LIVE_ROWS)
      for (let first = 0; first < LIVE_ROWS.length; first += AT_ONCE) {
        const batch = LIVE_ROWS.slice(first, first + AT_ONCE)
        await Promise.all(
          batch.map(async (row, index) => {
            lives.set(row.name, await node.live(row, `pod-${first + index}`))
          }),
        )
      }
    }, 150_000)
    afterAll(async () => {
      lateness.stop()
      await node.stop()
    })

    test.each(LIVE_ROWS)('$name: $rule', ({ name, expected }) => {
      const { events, startMs } = lives.get(name) ?? { events: [], startMs: 0 }
      const isBusy = lateness.msMax() > LATENESS_MS_MAX || startMs > START_MS_MAX
      const lateMsMax = isBusy ? BUSY_LATE_MS_MAX : startMs + LATE_MS_MAX
      const told = events.map(({ atMs, text }) => `${Math.round(atMs)} ${text}`).join('\n')
      const left = [...events]
      for (const { atMs, text } of expected.map(parseEvent)) {
        const index = left.findIndex((event) => event.text === text)
        const [found] = index === -1 ? [] : left.splice(index, 1)
        expect(found, `${text} is missing of\n${told}`).toBeDefined()
        expect(found?.atMs, `${text} of\n${told}`).toBeGreaterThan(atMs - EARLY_MS_MAX)
        expect(found?.atMs, `${text} of\n${told}`).toBeLessThan(atMs + lateMsMax)
      }
      const lastMs = Math.max(...expected.map((line) => parseEvent(line).atMs))
      const isMore = ({ atMs }: { readonly atMs: number }) => atMs < lastMs - LATE_MS_MAX
      expect(isBusy ? [] : left.filter(isMore)).toEqual([])
    })
  })
}

/** How late a timer of this process has been at the most. */
function watchLateness() {
  const everyMs = 20
  let msMax = 0
  let dueAt = performance.now() + everyMs
  const timer = setInterval(() => {
    msMax = Math.max(msMax, performance.now() - dueAt)
    dueAt = performance.now() + everyMs
  }, everyMs)
  return { msMax: () => msMax, stop: () => clearInterval(timer) }
}
