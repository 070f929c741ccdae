import { GCProfiler } from 'node:v8'
import { threadedLoad } from '../src/cli/threads/threaded-load.ts'
import { startLoad } from '../src/load/engine.ts'
import type { LoadHandlers, LoadPlan } from '../src/load/plan.ts'
import { severalGenerators } from '../src/load/several-generators.ts'
import { Histogram } from '../src/timeline/histogram.ts'
import { isGeneratorOutcome, OUTCOMES } from '../src/timeline/outcome.ts'
import { RECORD_BYTES } from '../src/timeline/ledger.ts'
import { clockOriginNow, liveClock } from '../src/world/live/clock.ts'
import { liveNetwork } from '../src/world/live/network.ts'

/**
 * One run of the load engine in a process of its own, as the other tools have. Every record is
 * written, as in a real run. Its one argument is an `EngineRun`, its output an `EngineResult`.
 */
export interface EngineRun {
  readonly plan: LoadPlan
  /** What comes before is not measured: code is compiled when it runs, half a second of CPU, once. */
  readonly warmUpSeconds: number
  readonly seconds: number
  /** Threads that share the plan; missing: no other thread than this, whose heap is then measured. */
  readonly workers?: number
}

export interface EngineResult {
  readonly planned: number
  readonly ok: number
  /** Ended in anything else that is not the generator's own. */
  readonly failed: number
  readonly notSent: number
  /** Of all that were sent until the end of the time, while warming up, too. */
  readonly sentPerSecond: number
  /** Of all that were answered within the time. */
  readonly requestsPerSecond: number
  readonly cpuUsPerRequest: number
  /** Of the whole run: how late the generator came to the slots of its plan. */
  readonly latenessMsP99: number
  /** Within the time, from slots to sending. */
  readonly latenessMsP99Warm: number
  /** Of the process, at the end. */
  readonly memoryMb: number
  /** Bytes allocated in the heap; 0 where other threads did the work. */
  readonly heapBytesPerRequest: number
}

const OUTCOME_OFFSET = 52
const INTENDED_OFFSET = 0
const SENT_OFFSET = 8
const ENDED_OFFSET = 24

class Counts implements LoadHandlers {
  ok = 0
  failed = 0
  notSent = 0
  sentInTime = 0
  okInTime = 0
  readonly latenessUs = new Histogram()
  beginsAtNs = Infinity
  endsAtNs = Infinity

  onRecords = (records: Uint8Array) => {
    const view = new DataView(records.buffer, records.byteOffset, records.byteLength)
    for (let at = 0; at < records.length; at += RECORD_BYTES) {
      const outcome = OUTCOMES[view.getUint8(at + OUTCOME_OFFSET)]!
      if (outcome === 'ok') this.ok++
      else if (isGeneratorOutcome(outcome)) this.notSent++
      else this.failed++
      const sentAt = view.getFloat64(at + SENT_OFFSET, true)
      if (sentAt > 0 && sentAt < this.endsAtNs) this.sentInTime++
      const intendedAt = view.getFloat64(at + INTENDED_OFFSET, true)
      if (sentAt > 0 && this.#isInTime(intendedAt)) {
        this.latenessUs.record((sentAt - intendedAt) / 1_000)
      }
      // What ended after the time was up counts for the accounts, not for the rate.
      const endedAt = view.getFloat64(at + ENDED_OFFSET, true)
      if (outcome === 'ok' && this.#isInTime(endedAt)) this.okInTime++
    }
  }

  #isInTime(atNs: number): boolean {
    return atNs >= this.beginsAtNs && atNs < this.endsAtNs
  }

  onRow = () => undefined
  onStall = () => undefined
}

async function measure({
  plan,
  warmUpSeconds,
  seconds,
  workers,
}: EngineRun): Promise<EngineResult> {
  const origin = clockOriginNow()
  const clock = liveClock(origin)
  const world = { clock, network: liveNetwork() }
  const start =
    workers === undefined
      ? (plan: LoadPlan, handlers: LoadHandlers) => startLoad(world, plan, handlers)
      : severalGenerators(clock, workers, threadedLoad(origin))
  const counts = new Counts()
  const generator = start(plan, counts)
  const restUntil = (atNs: number) =>
    new Promise<void>((resolve) => void clock.after((atNs - clock.monotonicNs()) / 1e6, resolve))
  await generator.ready
  const { startedAt } = await generator.start()
  counts.beginsAtNs = startedAt + warmUpSeconds * 1e9
  counts.endsAtNs = counts.beginsAtNs + seconds * 1e9
  await restUntil(counts.beginsAtNs)
  const profiler = new GCProfiler()
  const heapBefore = process.memoryUsage().heapUsed
  profiler.start()
  const before = process.cpuUsage()
  await restUntil(counts.endsAtNs)
  const used = process.cpuUsage(before)
  // What was collected on the way had been allocated, too.
  const collected = profiler.stop().statistics.reduce((sum, { beforeGC, afterGC }) => {
    return sum + beforeGC.heapStatistics.usedHeapSize - afterGC.heapStatistics.usedHeapSize
  }, 0)
  const allocated = process.memoryUsage().heapUsed - heapBefore + collected
  const memoryMb = process.memoryUsage.rss() / 1e6
  const { planned, latenessMs } = await generator.stop()
  const answered = Math.max(1, counts.okInTime)
  return {
    planned,
    ok: counts.ok,
    failed: counts.failed,
    notSent: counts.notSent,
    sentPerSecond: counts.sentInTime / (warmUpSeconds + seconds),
    requestsPerSecond: counts.okInTime / seconds,
    cpuUsPerRequest: (used.user + used.system) / answered,
    latenessMsP99: latenessMs.p99,
    latenessMsP99Warm: counts.latenessUs.percentile(0.99) / 1_000,
    memoryMb,
    heapBytesPerRequest: workers === undefined ? allocated / answered : 0,
  }
}

const input: EngineRun = JSON.parse(process.argv[2] ?? '{}')
process.stdout.write(JSON.stringify(await measure(input)))
