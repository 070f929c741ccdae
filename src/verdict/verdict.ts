import type { Location } from '../base/finding.ts'
import type { ConnectResult } from '../timeline/fact.ts'
import type { Outcome } from '../timeline/outcome.ts'

/**
 * The judgement of a recording. Its JSON form is public (docs/reference/report-json.md): fields
 * are only added within a schema version.
 */
export interface Verdict {
  readonly schemaVersion: 1
  readonly verdict: 'proven' | 'dropped' | 'inconclusive'
  /** Why it is inconclusive, one sentence each; empty otherwise. */
  readonly reasons: readonly string[]
  readonly requests: {
    /** Planned in the whole run, baseline included. */
    readonly total: number
    /** Intended inside the rollout window or dropped in it, the generator's own failures left out. */
    readonly sent: number
    /** Of those, dropped. */
    readonly dropped: number
    /** Upper bound of the drop rate at 95 % confidence when none was dropped (rule of three: 3 / sent). */
    readonly dropRateMax?: number
    readonly baseline: { readonly sent: number; readonly dropped: number }
    readonly outcomes: Readonly<Partial<Record<Outcome, number>>>
    readonly statuses: Readonly<Record<string, number>>
    /** Requests by pod, as the data plane routed their connections. */
    readonly pods: Readonly<Record<string, number>>
    readonly latencyMs: Latency
    readonly latencyFromSendMs: Latency
  }
  readonly causes: readonly JudgedCause[]
  readonly windows: readonly OutageWindow[]
  readonly rollout: {
    /** Seconds since the origin of the run. */
    readonly startedAt: number
    readonly endedAt: number
  }
  /** The largest endpoint lag at which the same rollout would have dropped nothing. */
  readonly margin?: { readonly lagMs: number; readonly message: string }
  readonly generator: {
    readonly latenessMsP99: number
    readonly loopDelayMsMax: number
    readonly notSent: number
    readonly goal: number
    readonly connections: {
      readonly opened: number
      readonly reused: number
      readonly closedIdle: number
      readonly agedOut: number
    }
  }
  /** What the proof does not cover, one sentence each. */
  readonly limits: readonly string[]
}

export interface Latency {
  readonly min: number
  readonly mean: number
  readonly p50: number
  readonly p90: number
  readonly p95: number
  readonly p99: number
  readonly p999: number
  readonly max: number
}

export interface JudgedCause {
  /** The name of its page in docs/reference/causes/. */
  readonly id: string
  readonly title: string
  readonly requests: number
  readonly lanes: Readonly<Record<string, number>>
  /** Pods or other objects concerned, with the number of requests. */
  readonly objects: readonly {
    readonly kind: string
    readonly name: string
    readonly requests: number
  }[]
  /** What happened, in one or two sentences with measured times. */
  readonly explanation: string
  readonly location?: Location
  /** What at that location allows it. */
  readonly because?: string
  readonly fix?: string
  /** The first few requests, each with all that is known. */
  readonly samples: readonly DroppedRequest[]
}

export interface DroppedRequest {
  readonly sequence: number
  /** Seconds since the origin of the run, of the intended start. */
  readonly at: number
  readonly lane: string
  readonly outcome: Outcome
  readonly errno?: string
  readonly status?: number
  readonly connection: number
  readonly requestsBefore: number
  readonly endpoint?: string
  /** How the data plane's own attempt at that endpoint went; a proxy may accept before it knows. */
  readonly route?: ConnectResult
  readonly pod?: string
}

/** Drops whose intended starts lie less than a second apart. */
export interface OutageWindow {
  readonly startedAt: number
  readonly endedAt: number
  readonly requests: number
  readonly causes: Readonly<Record<string, number>>
}
