import type { LoadRow } from '../load/plan.ts'
import type { Fact, Phase } from '../timeline/fact.ts'
import type { RunDescription } from '../verdict/recording.ts'

/** What a running experiment tells whoever shows it. */
export type Progress =
  /** All is known and nothing has been started yet. */
  | { readonly kind: 'planned'; readonly run: RunDescription; readonly pods: number }
  | { readonly kind: 'phase'; readonly phase: Phase; readonly message: string }
  | {
      readonly kind: 'row'
      readonly row: LoadRow
      readonly readyPods: number
      readonly desiredPods: number
      /** What happened in that second, most telling first. */
      readonly notes: readonly string[]
    }

/** A fact worth a word beside its second's row; undefined for the many that are not. */
export function noteOf(fact: Fact): string | undefined {
  switch (fact.kind) {
    case 'change-applied':
      return fact.description
    case 'phase-started':
      return PHASE_NOTES[fact.phase]
    case 'event':
      return NOTED_REASONS.has(fact.reason) ? `${fact.reason} ${fact.object.name}` : undefined
    case 'container-exited':
      return `${fact.pod.name} exited ${fact.exitCode}`
    case 'back-off':
      return `CrashLoopBackOff ${fact.pod.name}`
    case 'generator-stalled':
      return `generator stalled ${Math.round(fact.stallMs)} ms`
    default:
      return undefined
  }
}

const PHASE_NOTES: Readonly<Record<Phase, string | undefined>> = {
  apply: undefined,
  baseline: 'baseline',
  rollout: undefined,
  settle: 'rollout complete, last old pod gone',
  stop: undefined,
}

/** Event reasons that a person who watches a rollout wants to see. */
const NOTED_REASONS = new Set([
  'Killing',
  'Unhealthy',
  'FailedPreStopHook',
  'FailedPostStartHook',
  'Failed',
  'ExceededGracePeriod',
])
