import type { Fact, Recorder } from './fact.ts'

export interface RecorderLimits {
  /** Facts taken in all; what comes after is left out, and the recording says so. */
  readonly factsMax: number
}

/** Some 400 MB as JSON lines: far above any run of hitless, far below what would fill a machine. */
const DEFAULT_LIMITS: RecorderLimits = { factsMax: 2_000_000 }

/**
 * Stamps facts with `nowNs` (nanoseconds since the origin of the run) and hands each to `onFact`
 * at once. After `limits.factsMax` facts a last one, `bound-reached`, is handed over and the rest
 * are left out. A fact that its component stamped itself keeps its time, so facts may arrive
 * slightly out of the order of time.
 *
 *     const recorder = newRecorder(() => clock.monotonicNs(), (fact) => facts.push(fact))
 */
export function newRecorder(
  nowNs: () => number,
  onFact: (fact: Fact) => void,
  limits: RecorderLimits = DEFAULT_LIMITS,
): Recorder {
  let taken = 0
  return {
    record(body, at) {
      taken++
      if (taken <= limits.factsMax) {
        onFact({ at: at ?? nowNs(), ...body })
      } else if (taken === limits.factsMax + 1) {
        onFact({ at: nowNs(), kind: 'bound-reached', what: 'facts', limit: limits.factsMax })
      }
    },
  }
}
