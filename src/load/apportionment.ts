import { invariant } from '../base/invariant.ts'

/** Deals turns to parties in proportion to their weights: by arithmetic, so without any chance. */
export interface Apportionment {
  /** Index of the party whose turn it is. */
  next(): number
}

/** Weights are counted in millionths of their sum. */
const PARTS = 1_000_000

/**
 * After any number of turns each party has had its exact share, give or take less than one turn.
 *
 * The j-th turn of a party with share w falls into [⌊j / w⌋, ⌈(j + 1) / w⌉), and of the parties whose
 * turn may come now the one with the earliest end goes first: the proportionate-fair schedule of
 * Baruah, Cohen, Plaxton and Varvel (Algorithmica 15, 1996). Picking the party that is furthest
 * behind, the obvious rule, drifts by more than one turn when there are many.
 */
export function apportion(weights: readonly number[]): Apportionment {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  invariant(total > 0, 'an apportionment needs a weight above 0')
  const parts = weights.map((weight) => Math.round((weight / total) * PARTS))
  const partsTotal = parts.reduce((sum, part) => sum + part, 0)
  // Most plans have one lane and one template, and this is asked for each request.
  if (parts.length === 1) return { next: () => 0 }
  const turns = parts.map(() => 0)
  let turn = 0
  return {
    next() {
      let chosen = -1
      let chosenEnd = Infinity
      for (let party = 0; party < parts.length; party++) {
        const part = parts[party]!
        if (part === 0) continue
        const had = turns[party]!
        if (Math.floor((had * partsTotal) / part) > turn) continue
        const end = Math.ceil(((had + 1) * partsTotal) / part)
        if (end < chosenEnd) {
          chosen = party
          chosenEnd = end
        }
      }
      invariant(chosen !== -1, 'a turn belongs to nobody')
      turns[chosen] = turns[chosen]! + 1
      turn++
      if (turn === partsTotal) {
        // Every party has had its whole share: beginning again keeps the numbers small for ever.
        turns.fill(0)
        turn = 0
      }
      return chosen
    },
  }
}
