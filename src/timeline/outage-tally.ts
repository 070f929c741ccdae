import { OUTAGE_GAP_NS } from './outage.ts'
import type { Outcome } from './outcome.ts'

/** Drops less than a second apart, by their intended starts. */
export interface TalliedOutage {
  /** Nanoseconds on the clock of the run: the first and the last of them. */
  from: number
  to: number
  requests: number
  readonly outcomes: Map<Outcome, number>
}

/**
 * The same groups as `groupIntoOutages` makes, one drop after the other and in any order. It remembers
 * groups and no drops: those are a second apart, so there are as many as seconds at most.
 */
export class OutageTally {
  /** In the order of time. */
  readonly #outages: TalliedOutage[] = []

  get outages(): readonly TalliedOutage[] {
    return this.#outages
  }

  add({ intendedAt, outcome }: { readonly intendedAt: number; readonly outcome: Outcome }): void {
    const index = this.#indexOf(intendedAt)
    const outage = this.#outages[index]
    if (outage === undefined || intendedAt <= outage.from - OUTAGE_GAP_NS) {
      const outcomes = new Map([[outcome, 1]])
      this.#outages.splice(index, 0, { from: intendedAt, to: intendedAt, requests: 1, outcomes })
      return
    }
    outage.from = Math.min(outage.from, intendedAt)
    outage.to = Math.max(outage.to, intendedAt)
    outage.requests++
    outage.outcomes.set(outcome, (outage.outcomes.get(outcome) ?? 0) + 1)
    this.#joinWithNext(index)
  }

  /** Of the first outage that the moment is no gap behind; drops come nearly in order, so from the last one. */
  #indexOf(at: number): number {
    let index = this.#outages.length
    while (index > 0 && at < this.#outages[index - 1]!.to + OUTAGE_GAP_NS) index--
    return index
  }

  #joinWithNext(index: number): void {
    const outage = this.#outages[index]!
    const next = this.#outages[index + 1]
    if (next === undefined || next.from - outage.to >= OUTAGE_GAP_NS) return
    outage.to = Math.max(outage.to, next.to)
    outage.requests += next.requests
    for (const [outcome, count] of next.outcomes) {
      outage.outcomes.set(outcome, (outage.outcomes.get(outcome) ?? 0) + count)
    }
    this.#outages.splice(index + 1, 1)
  }
}
