import type { Kind } from '../api/kinds.ts'
import type { Stored } from './stored.ts'

export interface StoredChange {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly kind: Kind
  readonly version: number
  /** The object after the change; for DELETED its last state, with the version of the deletion. */
  readonly object: Stored
  readonly previous: Stored | undefined
}

/** The newest changes of the store, in order, by a running number: a ring of `changesMax`. */
export class History {
  readonly #changes: StoredChange[] = []
  readonly #changesMax: number
  /** What was before this version is not in this history: it belongs to an earlier life of the store. */
  readonly #firstVersion: number
  #end = 0

  constructor(changesMax: number, firstVersion = 0) {
    this.#changesMax = changesMax
    this.#firstVersion = firstVersion
  }

  /** The number that the next change will have. */
  get end(): number {
    return this.#end
  }

  /** The number of the oldest change that is kept. */
  get start(): number {
    return Math.max(0, this.#end - this.#changesMax)
  }

  append(change: StoredChange): void {
    this.#changes[this.#end % this.#changesMax] = change
    this.#end += 1
  }

  /** Undefined when it is no longer, or not yet, there. */
  at(number: number): StoredChange | undefined {
    if (number < this.start || number >= this.#end) return undefined
    return this.#changes[number % this.#changesMax]
  }

  /** The number of the first change after `version`; undefined when changes after it are gone. */
  numberAfter(version: number): number | undefined {
    if (version < this.#firstVersion) return undefined
    const dropped = this.start > 0
    // Versions rise by one with each change, so the change before the oldest kept has one less.
    if (dropped && version + 1 < (this.at(this.start)?.version ?? 0)) return undefined
    let low = this.start
    let high = this.#end
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      if ((this.at(middle)?.version ?? 0) <= version) low = middle + 1
      else high = middle
    }
    return low
  }
}
