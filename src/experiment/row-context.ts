import type { Fact, Phase } from '../timeline/fact.ts'
import type { Journal } from './journal.ts'
import { podsOf } from './situation.ts'

/** What stands beside the load's numbers in the row of one second. */
export interface SecondContext {
  readonly readyPods: number
  readonly desiredPods: number
  /** What happened in that second, in order: `Killing web-1 +2`. */
  readonly notes: readonly string[]
}

interface Note {
  readonly at: number
  readonly what: string
  /** Notes of the same `what` are told together: the first object and how many more. */
  readonly object?: string
}

interface Readiness {
  readonly at: number
  readonly readyPods: number
  readonly desiredPods: number
}

/**
 * Remembers what happened when, because a row comes late: only when all requests of its second have
 * ended, which in an outage is seconds afterwards.
 */
export class RowContext {
  #notes: Note[] = []
  #readiness: Readiness[] = []
  /** The generator's t0, nanoseconds since the origin of the run. */
  #startedAt = 0

  constructor(journal: Journal, deployment: { readonly namespace: string; readonly name: string }) {
    journal.subscribe((fact) => {
      const note = noteOf(fact)
      if (note !== undefined) this.#notes.push({ at: fact.at, ...note })
      if (fact.kind !== 'pod-observed' && fact.kind !== 'deployment-observed') return
      const { situation } = journal
      const pods = podsOf(situation, deployment)
      this.#readiness.push({
        at: fact.at,
        readyPods: pods.filter(({ ready, terminating }) => ready && !terminating).length,
        desiredPods:
          situation.deployments.get(`${deployment.namespace}/${deployment.name}`)?.desired ?? 0,
      })
    })
  }

  startAt(startedAt: number): void {
    this.#startedAt = startedAt
  }

  /** Seconds are asked for in order; what lies before the one asked for is then forgotten. */
  of(second: number): SecondContext {
    const endsAt = this.#startedAt + (second + 1) * 1e9
    const notes = this.#notes.filter(({ at }) => at < endsAt)
    this.#notes = this.#notes.filter(({ at }) => at >= endsAt)
    const known = this.#readiness.filter(({ at }) => at < endsAt)
    const latest = known.at(-1)
    if (latest !== undefined) this.#readiness = this.#readiness.slice(known.length - 1)
    return {
      readyPods: latest?.readyPods ?? 0,
      desiredPods: latest?.desiredPods ?? 0,
      notes: toldTogether(notes.filter(({ at }) => at >= this.#startedAt)),
    }
  }
}

function toldTogether(notes: readonly Note[]): string[] {
  const objects = new Map<string, Set<string>>()
  for (const { what, object } of notes) {
    const known = objects.get(what) ?? new Set()
    if (object !== undefined) known.add(object)
    objects.set(what, known)
  }
  return [...objects].map(([what, names]) => {
    const [first, ...more] = names
    if (first === undefined) return what
    return more.length === 0 ? `${what} ${first}` : `${what} ${first} +${more.length}`
  })
}

function noteOf(fact: Fact): Omit<Note, 'at'> | undefined {
  switch (fact.kind) {
    case 'change-applied':
      return { what: fact.description.replace(/^deployment\/\S+ /, '') }
    case 'phase-started':
      return PHASE_NOTES[fact.phase]
    case 'event':
      return isNoted(fact) ? { what: fact.reason, object: fact.object.name } : undefined
    case 'container-exited':
      return { what: `exited ${fact.exitCode}`, object: fact.pod.name }
    case 'back-off':
      return { what: 'CrashLoopBackOff', object: fact.pod.name }
    case 'generator-stalled':
      return { what: `generator stalled ${Math.round(fact.stallMs)} ms` }
    default:
      return undefined
  }
}

const PHASE_NOTES: Readonly<Partial<Record<Phase, Omit<Note, 'at'>>>> = {
  baseline: { what: 'baseline' },
  settle: { what: 'rollout complete, last old pod gone' },
}

/** A pod that is not ready yet is nothing to see; one that fails its liveness probe is. */
function isNoted({ reason, message }: { readonly reason: string; readonly message: string }) {
  return NOTED_REASONS.has(reason) || (reason === 'Unhealthy' && message.startsWith('Liveness'))
}

const NOTED_REASONS = new Set([
  'Killing',
  'FailedPreStopHook',
  'FailedPostStartHook',
  'Failed',
  'FailedScheduling',
])
