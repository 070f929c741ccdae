import { Histogram } from '../timeline/histogram.ts'
import type { LoadRow } from '../timeline/generator.ts'
import { summarize } from './records/rows.ts'

/**
 * Adds up the rows of generators that share a plan: a second goes out when each of them has told its
 * own. Seconds come in order, as they do from each generator.
 */
export class RowMerger {
  readonly #generators: number
  readonly #onRow: (row: LoadRow) => void
  readonly #pending = new Map<number, LoadRow[]>()

  constructor(generators: number, onRow: (row: LoadRow) => void) {
    this.#generators = generators
    this.#onRow = onRow
  }

  add(row: LoadRow): void {
    const rows = this.#pending.get(row.second) ?? []
    rows.push(row)
    this.#pending.set(row.second, rows)
    if (rows.length === this.#generators) this.#emit(row.second, rows)
  }

  /** Emits what is left: a generator tells nothing of a last second in which it had nothing to do. */
  finish(): void {
    for (const [second, rows] of [...this.#pending].toSorted(([a], [b]) => a - b)) {
      this.#emit(second, rows)
    }
  }

  #emit(second: number, rows: readonly LoadRow[]): void {
    this.#pending.delete(second)
    this.#onRow(mergeRows(second, rows))
  }
}

function mergeRows(second: number, rows: readonly LoadRow[]): LoadRow {
  const total = (of: (row: LoadRow) => number) => rows.reduce((sum, row) => sum + of(row), 0)
  const latencyUs = new Histogram()
  for (const row of rows) {
    if (row.latencyUs !== undefined) latencyUs.merge(Histogram.of(row.latencyUs))
  }
  return {
    second,
    planned: total((row) => row.planned),
    sent: total((row) => row.sent),
    ok: total((row) => row.ok),
    dropped: total((row) => row.dropped),
    notSent: total((row) => row.notSent),
    connectionsOpen: total((row) => row.connectionsOpen),
    connectionsOpened: total((row) => row.connectionsOpened),
    ...(latencyUs.count === 0
      ? {}
      : { latencyMs: summarize(latencyUs), latencyUs: latencyUs.snapshot() }),
  }
}
