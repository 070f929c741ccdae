import type { GeneratorReport } from '../../timeline/generator.ts'
import { Histogram } from '../../timeline/histogram.ts'
import type { RequestRecord } from '../../timeline/ledger.ts'
import type { MachineLimits, Vitals, VitalSigns } from '../../world/vitals.ts'
import { summarize } from '../records/rows.ts'
import { explainLimit } from './explain-limit.ts'
import { explainStall, sharesOf } from './explain-stall.ts'

/** The signs are read so often; a stall is explained by those before and after it. */
const LOOK_INTERVAL_NS = 1e9

/** Beyond these the generator was not good enough to speak of the service. */
const LATENESS_MS_MAX = 100
const STALL_MS_MAX = 1_000
/** A thread that waits for a CPU for so much of the time reads answers late, and calls it latency. */
const WAITED_SHARE_MAX = 0.5
/** A shorter run says nothing of shares. */
const SHARE_NS_MIN = 1e9

interface Stall {
  readonly ms: number
  readonly before: VitalSigns
  /** Undefined until the next look. */
  after: VitalSigns | undefined
}

/**
 * Watches the generator and not the service: what its own machine got in the way of. Nothing it
 * finds is ever held against the service, and a run with any of it proves nothing.
 */
export class SelfWatch {
  readonly #vitals: Vitals | undefined
  readonly #target: string
  readonly #latenessUs = new Histogram()
  readonly #limited = new Map<string, number>()
  #limits: MachineLimits | undefined
  #isStarted = false
  #startedAtNs = 0
  #lookedAtNs = 0
  #first: VitalSigns | undefined
  #latest: VitalSigns | undefined
  #stall: Stall | undefined

  /** Without `vitals`, as in virtual time, there are symptoms but no explanations. `target`: HOST:PORT. */
  constructor(vitals: Vitals | undefined, target: string) {
    this.#vitals = vitals
    this.#target = target
  }

  start(nowNs: number): void {
    this.#isStarted = true
    this.#startedAtNs = nowNs
    this.#look(nowNs)
    this.#noteLimits()
    this.#first = this.#latest
  }

  /** At each beat. */
  beat(nowNs: number): void {
    if (nowNs - this.#lookedAtNs >= LOOK_INTERVAL_NS) this.#look(nowNs)
  }

  /** The event loop did not turn for so long. */
  stalled(ms: number): void {
    if (ms <= (this.#stall?.ms ?? 0) || this.#latest === undefined) return
    this.#stall = { ms, before: this.#latest, after: undefined }
  }

  /** A slot was due so much earlier: until then nobody else had a part in it. */
  planned(lateNs: number): void {
    this.#latenessUs.record(lateNs / 1_000)
  }

  /** How late the generator came to its slots, milliseconds: without what they then waited for a connection. */
  get latenessMs(): GeneratorReport['latenessMs'] {
    return summarize(this.#latenessUs)
  }

  ended({ outcome, errno = '' }: RequestRecord): void {
    if (outcome !== 'local-limit') return
    // Now: later the ports may be free again.
    if (this.#limited.size === 0) this.#noteLimits()
    this.#limited.set(errno, (this.#limited.get(errno) ?? 0) + 1)
  }

  /** What got in the way, one sentence each with its numbers. `delayMsMax`: the longest stall. */
  impediments(nowNs: number, delayMsMax: number): readonly string[] {
    if (!this.#isStarted) return []
    this.#look(nowNs)
    return [
      ...[...this.#limited].map(([errno, requests]) =>
        explainLimit({ errno, requests, target: this.#target, limits: this.#limits }),
      ),
      ...this.#stalls(delayMsMax),
      ...this.#lateness(nowNs),
      ...this.#starvation(nowNs),
    ]
  }

  /** Who has no descriptor left cannot ask: what was known before stays. */
  #noteLimits(): void {
    const now = this.#vitals?.limits()
    if (now === undefined) return
    const before = this.#limits
    this.#limits = {
      filesMax: now.filesMax ?? before?.filesMax,
      filesOpen: now.filesOpen ?? before?.filesOpen,
      ports: now.ports ?? before?.ports,
      timeWait: now.timeWait ?? before?.timeWait,
    }
  }

  #look(nowNs: number): void {
    this.#lookedAtNs = nowNs
    if (this.#vitals === undefined) return
    this.#latest = this.#vitals.signs()
    if (this.#stall !== undefined) this.#stall.after ??= this.#latest
  }

  #stalls(delayMsMax: number): readonly string[] {
    if (delayMsMax <= STALL_MS_MAX) return []
    const { before, after } = this.#stall ?? {}
    const why = before === undefined ? '' : explainStall(delayMsMax, before, after ?? before)
    return [`The generator stood still for ${Math.round(delayMsMax)} ms${why}.`]
  }

  #lateness(nowNs: number): readonly string[] {
    const lateMs = this.#latenessUs.percentile(0.99) / 1_000
    if (this.#latenessUs.count === 0 || lateMs <= LATENESS_MS_MAX) return []
    return [
      `The generator was late: it came to 1 % of its requests more than ${Math.round(lateMs)} ms after their time ` +
        `(at most ${LATENESS_MS_MAX} ms is sound)${this.#sharesUntil(nowNs)}.`,
    ]
  }

  #starvation(nowNs: number): readonly string[] {
    const waitedMs = (this.#latest?.waitedMs ?? 0) - (this.#first?.waitedMs ?? 0)
    const share = (waitedMs * 1e6) / (nowNs - this.#startedAtNs)
    if (nowNs - this.#startedAtNs < SHARE_NS_MIN || share <= WAITED_SHARE_MAX) return []
    return [
      `The generator was ready to work and had no CPU for ${Math.round(share * 100)} % of the time: this machine was too busy.`,
    ]
  }

  #sharesUntil(nowNs: number): string {
    if (this.#first === undefined || this.#latest === undefined) return ''
    return sharesOf((nowNs - this.#startedAtNs) / 1e6, this.#first, this.#latest)
  }
}
