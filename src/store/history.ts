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

/** As kube-apiserver's `--etcd-compaction-interval`. */
const AGE_MS_MAX = 300_000

interface Kept {
  readonly change: StoredChange
  readonly atMs: number
}

/**
 * The newest changes of the store, in order, by a running number: a ring of `changesMax`. What is older than five minutes
 * goes with the next change, so that objects that are no more do not stay in memory.
 */
export class History {
  readonly #kept: (Kept | undefined)[] = []
  readonly #changesMax: number
  /** The newest version that is not in this history (any more): of an earlier life of the store at first. */
  #goneVersion: number
  #start = 0
  #end = 0

  constructor(changesMax: number, firstVersion = 0) {
    this.#changesMax = changesMax
    this.#goneVersion = firstVersion
  }

  /** The number that the next change will have. */
  get end(): number {
    return this.#end
  }

  /** The number of the oldest change that is kept. */
  get start(): number {
    return this.#start
  }

  append(change: StoredChange, nowMs: number): void {
    while (this.#start < this.#end && this.#isOldestOver(nowMs)) this.#dropOldest()
    this.#kept[this.#end % this.#changesMax] = { change, atMs: nowMs }
    this.#end += 1
  }

  /** Undefined when it is no longer, or not yet, there. */
  at(number: number): StoredChange | undefined {
    if (number < this.#start || number >= this.#end) return undefined
    return this.#kept[number % this.#changesMax]?.change
  }

  /** The number of the first change after `version`; undefined when changes after it are gone. */
  numberAfter(version: number): number | undefined {
    if (version < this.#goneVersion) return undefined
    let low = this.#start
    let high = this.#end
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      if ((this.at(middle)?.version ?? 0) <= version) low = middle + 1
      else high = middle
    }
    return low
  }

  #isOldestOver(nowMs: number): boolean {
    if (this.#end - this.#start >= this.#changesMax) return true
    const oldest = this.#kept[this.#start % this.#changesMax]
    return oldest !== undefined && nowMs - oldest.atMs > AGE_MS_MAX
  }

  #dropOldest(): void {
    const place = this.#start % this.#changesMax
    this.#goneVersion = this.#kept[place]?.change.version ?? this.#goneVersion
    this.#kept[place] = undefined
    this.#start += 1
  }
}
