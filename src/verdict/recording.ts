import type { GeneratorReport } from '../timeline/generator.ts'
import type { SourcedObject } from '../api/sourced-object.ts'
import type { Fact } from '../timeline/fact.ts'
import type { RequestRecord } from '../timeline/ledger.ts'
import type { RequestIdentity } from '../timeline/request-id.ts'

/** Everything that a verdict is made from. It can be judged again years later. */
export interface Recording {
  readonly run: RunDescription
  /** In the order of time. */
  readonly facts: readonly Fact[]
  /** One per planned request, by sequence. */
  readonly requests: readonly RequestRecord[]
}

/** What was set out to be done: written when the run begins, completed when it ends (`run.json`). */
export interface RunDescription {
  readonly schemaVersion: 1
  readonly hitlessVersion: string
  /** RFC 3339 with milliseconds: the wall-clock time of the origin. */
  readonly startedAt: string
  readonly engine: string
  /** The Deployment that was changed. */
  readonly deployment: { readonly namespace: string; readonly name: string }
  readonly change: string
  readonly target: {
    readonly description: string
    readonly service: { readonly namespace: string; readonly name: string; readonly port: number }
  }
  readonly path: {
    readonly profile: string
    readonly description: string
    readonly dataPlane: string
    /** The longest that an endpoint change may take to be in force by the profile, milliseconds. */
    readonly lagMsMax?: number
  }
  readonly load: {
    /** 0 where sessions were held. */
    readonly ratePerSecond: number
    readonly timeoutMs: number
    readonly lanes: readonly {
      readonly lane: string
      readonly share: number
      readonly connections?: number
      /** A kept connection is replaced after this long. */
      readonly connectionAgeMsMax?: number
      /** Of the lane `long`: so many were held at any time, each so long. */
      readonly sessions?: number
      readonly sessionMs?: number
    }[]
    readonly requests: readonly { readonly method: string; readonly path: string }[]
    /** How requests said which they were; absent when they did not. */
    readonly requestId?: RequestIdentity
    /** Absent: `http1`. */
    readonly protocol?: string
    /** Absent: without TLS. */
    readonly tls?: { readonly isVerified: boolean }
    /** What answers had to be, in words; absent where that was any status from 200 to 399. */
    readonly expected?: readonly string[]
  }
  /** Drops that are still a proof; 0 unless the user allows some. */
  readonly expect: { readonly droppedMax: number }
  /** The manifest's objects after defaulting, as applied before the change. */
  readonly objects: readonly SourcedObject[]
  /** Objects of the manifests that were not run, as `Ingress/web (k8s/ingress.yaml:1:1)`. */
  readonly notRun?: readonly string[]
  /** Absent when the run was cut off. */
  readonly generator?: GeneratorReport
  /** Why the run ended early, where it did: `timeout`, `progress-deadline`, `interrupted`, `not-available`. */
  readonly cutShort?: { readonly reason: string; readonly message: string }
}
