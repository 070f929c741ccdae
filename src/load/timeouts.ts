/** What can be in a deadline list: the links are its own, so that entering and leaving allocate nothing. */
export interface Timed<T> {
  deadlineNs: number
  earlier: T | undefined
  later: T | undefined
  /** The list it is in; at most one at a time. */
  deadlines: object | undefined
}

/**
 * Things with a deadline, earliest first. One sweep per tick of the engine takes the place of one
 * timer per request: where all wait equally long, new ones enter at the end and nothing is searched.
 */
export class DeadlineList<T extends Timed<T>> {
  #first: T | undefined
  #last: T | undefined

  get first(): T | undefined {
    return this.#first
  }

  add(entry: T, deadlineNs: number): void {
    entry.deadlineNs = deadlineNs
    entry.deadlines = this
    let before = this.#last
    while (before !== undefined && before.deadlineNs > deadlineNs) before = before.earlier
    const after = before === undefined ? this.#first : before.later
    entry.earlier = before
    entry.later = after
    if (before === undefined) this.#first = entry
    else before.later = entry
    if (after === undefined) this.#last = entry
    else after.earlier = entry
  }

  /** Takes the entry out; one that is not in this list stays as it is. */
  remove(entry: T): void {
    if (entry.deadlines !== this) return
    if (entry.earlier === undefined) this.#first = entry.later
    else entry.earlier.later = entry.later
    if (entry.later === undefined) this.#last = entry.earlier
    else entry.later.earlier = entry.earlier
    entry.earlier = undefined
    entry.later = undefined
    entry.deadlines = undefined
  }

  /** Takes out one entry whose deadline is at or before `nowNs`, the earliest; undefined when none is due. */
  takeDue(nowNs: number): T | undefined {
    const due = this.#first
    if (due === undefined || due.deadlineNs > nowNs) return undefined
    this.remove(due)
    return due
  }
}
