import { startLoad } from '../src/load/engine.ts'
import type { LoadPlan } from '../src/load/plan.ts'
import { isGeneratorOutcome, OUTCOMES } from '../src/timeline/outcome.ts'
import { RECORD_BYTES } from '../src/timeline/ledger.ts'
import { liveClock } from '../src/world/live/clock.ts'
import { liveNetwork } from '../src/world/live/network.ts'

/**
 * One run of the load engine in a process of its own, as the other tools have. Every record is
 * written, as in a real run. Its one argument is an `EngineRun`, its output an `EngineResult`.
 */
export interface EngineRun {
  readonly plan: LoadPlan
  readonly seconds: number
}

export interface EngineResult {
  readonly planned: number
  readonly ok: number
  /** Ended in anything else that is not the generator's own. */
  readonly failed: number
  readonly notSent: number
  readonly requestsPerSecond: number
  readonly cpuUsPerRequest: number
  readonly latenessMsP99: number
  readonly memoryMb: number
}

const OUTCOME_OFFSET = 52
const ENDED_OFFSET = 24

async function measure({ plan, seconds }: EngineRun): Promise<EngineResult> {
  const clock = liveClock()
  const counts = { ok: 0, failed: 0, notSent: 0, inTime: 0 }
  let endsAtNs = Infinity
  const generator = startLoad({ clock, network: liveNetwork() }, plan, {
    onRecords: (records) => {
      const view = new DataView(records.buffer)
      for (let at = 0; at < records.length; at += RECORD_BYTES) {
        const outcome = OUTCOMES[view.getUint8(at + OUTCOME_OFFSET)]!
        if (outcome === 'ok') counts.ok++
        else if (isGeneratorOutcome(outcome)) counts.notSent++
        else counts.failed++
        // What ended after the time was up counts for the accounts, not for the rate.
        if (outcome === 'ok' && view.getFloat64(at + ENDED_OFFSET, true) <= endsAtNs)
          counts.inTime++
      }
    },
    onRow: () => undefined,
    onStall: () => undefined,
  })
  const { startedAt } = await generator.start()
  endsAtNs = startedAt + seconds * 1e9
  const before = process.cpuUsage()
  await new Promise<void>((resolve) => void clock.after(seconds * 1_000, resolve))
  const used = process.cpuUsage(before)
  const memoryMb = process.memoryUsage.rss() / 1e6
  const { planned, latenessMs } = await generator.stop()
  return {
    planned,
    ok: counts.ok,
    failed: counts.failed,
    notSent: counts.notSent,
    requestsPerSecond: counts.inTime / seconds,
    cpuUsPerRequest: (used.user + used.system) / Math.max(1, counts.inTime),
    latenessMsP99: latenessMs.p99,
    memoryMb,
  }
}

const input: EngineRun = JSON.parse(process.argv[2] ?? '{}')
process.stdout.write(JSON.stringify(await measure(input)))
