import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fileURLToPath } from 'node:url'
import { enterSandboxCommand } from '../../src/runtime/sandbox-support.ts'
import { liveWorld } from '../../src/world/live/world.ts'
import { describeJudgement, judgeLife, type Judgement } from '../node-timing/judgement.ts'
import { type LiveNode, startLiveNode } from '../node-timing/live-life.ts'
import type { TimingRow } from '../node-timing/row.ts'
import { ROWS } from '../node-timing/rows.ts'
import { type StallWatch, watchStalls } from '../node-timing/stall-watch.ts'
import { nowMs } from '../node-timing/timer-lateness.ts'

/**
 * Rows of the timing table with real processes. Outside it starts vitest on itself inside namespaces; inside, it is the
 * suite.
 */
const INSIDE = 'HITLESS_TEST_INSIDE_SANDBOX'
/** Lines that are for people. */
const TOLD = 'timing  '
const LIVE_ROWS = ROWS.filter(({ isLive }) => isLive)
/** So many lives at a time: starting all at once would be a load of its own. */
const AT_ONCE = 4
/** A life that the machine was too late for is lived again, until so many milliseconds are over. */
const AGAIN_MS_MAX = 90_000

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
    const told = result.stdout.split('\n').filter((line) => line.startsWith(TOLD))
    process.stdout.write(`${told.join('\n')}\n`)
    expect(result.exitCode, `${result.stdout}${result.stderr}`).toBe(0)
    expect(result.stdout).toMatch(/Tests {2}\d\d passed/)
  })
} else {
  describe('a pod of real processes', () => {
    let node: LiveNode
    let stalls: StallWatch
    const lives = new Map<TimingRow, { readonly judgement: Judgement; readonly told: string }>()

    beforeAll(async () => {
      stalls = await watchStalls()
      node = await startLiveNode(LIVE_ROWS)
      const beganMs = nowMs()
      let left: readonly TimingRow[] = LIVE_ROWS
      for (let count = 0; left.length > 0;) {
        for (let first = 0; first < left.length; first += AT_ONCE) {
          const batch = left.slice(first, first + AT_ONCE)
          await Promise.all(batch.map((row) => liveAndJudge(row, `pod-${++count}`)))
          if (count > LIVE_ROWS.length && nowMs() - beganMs > AGAIN_MS_MAX) return
        }
        left = left.filter((row) => lives.get(row)?.judgement.kind === 'not judged')
        if (nowMs() - beganMs > AGAIN_MS_MAX) return
      }
    }, 150_000)
    afterAll(async () => {
      await stalls.stop()
      await node.stop()
    })

    async function liveAndJudge(row: TimingRow, name: string): Promise<void> {
      const fromMs = nowMs()
      const { events, lateMs } = await node.live(row, name)
      const stallMs = await stalls.stallMs(fromMs, nowMs())
      const judgement = judgeLife(row, events, lateMs + stallMs)
      const told = events.map(({ atMs, text }) => `${Math.round(atMs)} ${text}`).join('\n')
      lives.set(row, { judgement, told })
    }

    test.each(LIVE_ROWS)('$name: $rule', (row) => {
      const { judgement, told = '' } = lives.get(row) ?? {}
      if (judgement === undefined) throw new Error('it was not lived')
      process.stdout.write(`${TOLD}${row.name}: ${describeJudgement(judgement)}\n`)
      expect(judgement.kind, `${describeJudgement(judgement)}, of\n${told}`).not.toBe('off')
    })

    test('rows were really judged', () => {
      const judged = [...lives.values()].filter(({ judgement }) => judgement.kind === 'agreed')
      process.stdout.write(`${TOLD}${judged.length} of ${LIVE_ROWS.length} rows judged\n`)
      expect(judged.length, 'the machine was too late for all of them').toBeGreaterThan(0)
    })
  })
}
