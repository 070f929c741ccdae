import type { GeneratorReport } from '../timeline/generator.ts'
import type { Clock } from '../world/clock.ts'
import { mergeReports } from './merge-reports.ts'
import { RowMerger } from './merge-rows.ts'
import type { LoadGenerator, LoadHandlers, LoadPlan, StartLoad } from './plan.ts'
import { checkShares } from './plan-check.ts'
import { sharePlan } from './share-plan.ts'

/** Until all generators have heard that they are to start. */
const LEAD_NS = 50e6

/** Several generators that share a plan, as one: the same slots at the same times as one alone would have. */
export function severalGenerators(clock: Clock, workers: number, startLoad: StartLoad): StartLoad {
  return (plan, handlers) => {
    // Before any of them is started: one that could not be would leave the others running.
    checkShares(plan, workers)
    return workers === 1
      ? startLoad(plan, handlers)
      : new Several(clock, sharePlan(plan, workers), startLoad, handlers)
  }
}

class Several implements LoadGenerator {
  readonly ready: Promise<void>
  readonly finished: Promise<GeneratorReport>
  readonly #clock: Clock
  readonly #generators: readonly LoadGenerator[]
  #starting: Promise<unknown> = Promise.resolve()

  constructor(
    clock: Clock,
    plans: readonly LoadPlan[],
    startLoad: StartLoad,
    handlers: LoadHandlers,
  ) {
    this.#clock = clock
    const rows = new RowMerger(plans.length, (row) => handlers.onRow(row))
    const woundUp: number[] = []
    const told = {
      onRecords: (records: Uint8Array) => handlers.onRecords(records),
      onRow: rows.add.bind(rows),
      onStall: (stallMs: number) => handlers.onStall(stallMs),
      onWoundUp: (planned: number) => {
        woundUp.push(planned)
        if (woundUp.length < plans.length) return
        handlers.onWoundUp?.(woundUp.reduce((sum, one) => sum + one))
      },
    }
    this.#generators = plans.map((plan) => startLoad(plan, told))
    this.ready = this.#all((generator) => generator.ready).then(() => undefined)
    this.finished = this.#all((generator) => generator.finished).then((reports) => {
      rows.finish()
      return mergeReports(reports)
    })
    // Whoever asks later still hears of a failure.
    this.ready.catch(() => undefined)
    this.finished.catch(() => undefined)
  }

  start(atNs?: number): Promise<{ readonly startedAt: number }> {
    const starting = this.#start(atNs)
    this.#starting = starting.catch(() => undefined)
    return starting
  }

  async #start(atNs?: number): Promise<{ readonly startedAt: number }> {
    await this.ready
    const startedAt = atNs ?? this.#clock.monotonicNs() + LEAD_NS
    await this.#all((generator) => generator.start(startedAt))
    return { startedAt }
  }

  async stop(): Promise<GeneratorReport> {
    // One that is told to stop while it waits for the others could not be started any more.
    await this.#starting
    await this.#all((generator) => generator.stop())
    return this.finished
  }

  #all<T>(call: (generator: LoadGenerator) => Promise<T>): Promise<T[]> {
    return Promise.all(this.#generators.map(call))
  }
}
