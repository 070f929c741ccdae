import type { LoadRow } from '../../../timeline/generator.ts'
import type { LoadTally } from '../../../timeline/load-tally.ts'

/** The row of the second under way: everything that has ended and is in no row yet. Without latencies: those are a whole second's. */
export class LiveRow {
  #second = 0
  #sent = 0
  #ok = 0
  #dropped = 0
  #notSent = 0
  #connectionsOpen = 0

  add(row: LoadRow): void {
    this.#second = row.second + 1
    this.#sent += row.sent
    this.#ok += row.ok
    this.#dropped += row.dropped
    this.#notSent += row.notSent
    this.#connectionsOpen = row.connectionsOpen
  }

  rowOf(tally: LoadTally): LoadRow {
    // A row can be here before the last of its records.
    const ok = Math.max(0, tally.ok - this.#ok)
    const dropped = Math.max(0, tally.dropped - this.#dropped)
    const notSent = Math.max(0, tally.notSent - this.#notSent)
    return {
      second: this.#second,
      planned: ok + dropped + notSent,
      sent: Math.max(0, tally.sent - this.#sent),
      ok,
      dropped,
      notSent,
      connectionsOpen: this.#connectionsOpen,
      connectionsOpened: 0,
    }
  }
}
