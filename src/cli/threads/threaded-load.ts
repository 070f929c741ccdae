import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { HitlessError } from '../../base/error.ts'
import { assertNever } from '../../base/invariant.ts'
import type { LoadGenerator, LoadHandlers, LoadPlan, StartLoad } from '../../load/plan.ts'
import type { GeneratorReport } from '../../timeline/generator.ts'
import { checkPlan } from '../../load/plan-check.ts'
import type { Addressing } from '../../world/addressing.ts'
import type { ClockOrigin } from '../../world/live/clock.ts'
import { boundPatterns } from './bound-patterns.ts'
import type { LoadMessage, LoadOrder, LoadThreadInput } from './load-thread.ts'

/** Runs each generator in a worker thread of its own. `origin` is the clock origin of the run. */
export function threadedLoad(origin: ClockOrigin, addressing?: Addressing): StartLoad {
  return (plan, handlers) => {
    checkPlan(plan)
    if (patternsOf(plan).length > 0) boundPatterns()
    return new ThreadedGenerator({ origin, plan, addressing }, handlers)
  }
}

const SLOW_PER_SECOND = 1_000

/** It asks for so few requests per second that memory is worth more than CPU. */
export function isSlow({ arrivals }: Pick<LoadPlan, 'arrivals'>): boolean {
  if (arrivals.kind !== 'rate') return false
  return arrivals.stages.every(
    ({ fromPerSecond, toPerSecond }) => Math.max(fromPerSecond, toPerSecond) <= SLOW_PER_SECOND,
  )
}

/**
 * The hot path allocates next to nothing, and next to nothing of it lives. Where time is short, room for what is young halves
 * the time of its collection (20 % of a run at 60,000 requests per second); elsewhere it would grow to nobody's use.
 */
function limitsOf(plan: LoadPlan) {
  return { maxYoungGenerationSizeMb: isSlow(plan) ? 4 : 48 }
}

/** What a stop may take beyond the timeout of the requests in flight, before the thread counts as stuck. */
const STOP_MARGIN_MS = 10_000
/** A timer of Node's that is set for longer ends at once. */
const TIMER_MS_MAX = 2 ** 31 - 1

/**
 * The generator's contract, spoken to a thread. When the thread ends in any other way than by
 * reporting, `start` and `stop` reject with `load-thread-ended`: they never wait for what cannot come.
 */
class ThreadedGenerator implements LoadGenerator {
  readonly finished: Promise<GeneratorReport>
  readonly ready: Promise<void>
  readonly #plan: LoadPlan
  readonly #handlers: LoadHandlers
  readonly #thread: Worker
  readonly #ready = Promise.withResolvers<void>()
  readonly #started = Promise.withResolvers<{ readonly startedAt: number }>()
  readonly #stopped = Promise.withResolvers<GeneratorReport>()
  #report: GeneratorReport | undefined
  #failure: unknown

  constructor(input: LoadThreadInput, handlers: LoadHandlers) {
    this.#plan = input.plan
    this.#handlers = handlers
    // Beside this file and of its kind: source during development, compiled in a release.
    const entry = new URL(`./load-thread${extname(import.meta.url)}`, import.meta.url)
    this.#thread = new Worker(entry, {
      workerData: input,
      resourceLimits: limitsOf(input.plan),
      // Flags of a program that uses the library are for its own entry: --input-type would end the thread.
      execArgv: [],
    })
    this.#thread.on('message', (message: LoadMessage) => this.#take(message))
    this.#thread.on('error', (error) => (this.#failure = error))
    this.#thread.on('exit', (exitCode) => this.#onExit(exitCode))
    this.finished = this.#stopped.promise
    this.ready = this.#ready.promise
    // Nobody may be waiting yet when the thread ends; whoever asks later still hears of it.
    this.#ready.promise.catch(() => undefined)
    this.#started.promise.catch(() => undefined)
    this.#stopped.promise.catch(() => undefined)
  }

  start(atNs?: number): Promise<{ readonly startedAt: number }> {
    this.#order({ kind: 'start', atNs })
    return this.#started.promise
  }

  async stop(): Promise<GeneratorReport> {
    this.#order({ kind: 'stop' })
    const deadline = setTimeout(
      () => {
        this.#failure ??= new Error(whyStuck(this.#plan))
        void this.#thread.terminate()
      },
      Math.min(this.#plan.timeoutMs + STOP_MARGIN_MS, TIMER_MS_MAX),
    )
    try {
      return await this.#stopped.promise
    } finally {
      clearTimeout(deadline)
    }
  }

  #order(order: LoadOrder): void {
    // Nothing to transfer.
    this.#thread.postMessage(order, [])
  }

  #take(message: LoadMessage): void {
    switch (message.kind) {
      case 'ready':
        return this.#ready.resolve()
      case 'started':
        return this.#started.resolve({ startedAt: message.startedAt })
      case 'records':
        return this.#handlers.onRecords(message.records)
      case 'row':
        return this.#handlers.onRow(message.row)
      case 'stalled':
        return this.#handlers.onStall(message.stallMs)
      case 'wound-up':
        return this.#handlers.onWoundUp?.(message.planned)
      case 'stopped':
        this.#report = message.report
        return
      default:
        return assertNever(message)
    }
  }

  /** The thread is gone: only now is nothing left running. */
  #onExit(exitCode: number): void {
    const error = threadEnded(exitCode, this.#failure)
    this.#ready.reject(error)
    this.#started.reject(error)
    if (this.#report === undefined) this.#stopped.reject(error)
    else this.#stopped.resolve(this.#report)
  }
}

/** What of a plan can hold a thread up without an end. */
export function whyStuck(plan: Patterned): string {
  const patterns = patternsOf(plan)
  const stuck = 'the thread did not stop in time'
  if (patterns.length === 0) return stuck
  return `${stuck}; /${patterns.join('/ or /')}/ may take that long for a body that was answered`
}

type Patterned = Pick<LoadPlan, 'expected' | 'identify'>

function patternsOf({ expected, identify }: Patterned): readonly string[] {
  const identifying = identify?.kind === 'body' ? identify.pattern : undefined
  return [expected?.bodyPattern, identifying].filter((pattern) => pattern !== undefined)
}

function threadEnded(exitCode: number, cause: unknown): HitlessError {
  const reason = cause instanceof Error ? cause.message : `exit code ${exitCode}`
  return new HitlessError('load-thread-ended', `the thread that sends the load ended: ${reason}`, {
    exitCode: 3,
    hint: 'what was measured is not complete; run again, and report it if it happens again',
    cause,
  })
}
