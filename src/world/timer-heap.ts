/** A callback that waits for its time. */
export interface HeapTimer {
  readonly dueNs: number
  /** Order of insertion: it decides between timers of the same time. */
  readonly sequence: number
  /** Undefined once the timer was cancelled or has fired. */
  callback: (() => void) | undefined
}

/** Timers by time, then by insertion: a binary heap, since a simulation holds tens of thousands. */
export class TimerHeap {
  readonly #timers: HeapTimer[] = []

  push(timer: HeapTimer): void {
    const timers = this.#timers
    let index = timers.length
    timers.push(timer)
    while (index > 0) {
      const parentIndex = (index - 1) >> 1
      const parent = timers[parentIndex]
      if (parent === undefined || !isBefore(timer, parent)) break
      timers[index] = parent
      index = parentIndex
    }
    timers[index] = timer
  }

  /** The earliest timer that was not cancelled, left in place. */
  peek(): HeapTimer | undefined {
    let first = this.#timers[0]
    while (first !== undefined && first.callback === undefined) {
      this.#removeFirst()
      first = this.#timers[0]
    }
    return first
  }

  /** Removes the earliest timer and returns it. */
  pop(): HeapTimer | undefined {
    const first = this.peek()
    if (first !== undefined) this.#removeFirst()
    return first
  }

  #removeFirst(): void {
    const timers = this.#timers
    const moved = timers.pop()
    if (moved === undefined || timers.length === 0) return
    let index = 0
    for (;;) {
      let childIndex = 2 * index + 1
      let child = timers[childIndex]
      if (child === undefined) break
      const right = timers[childIndex + 1]
      if (right !== undefined && isBefore(right, child)) {
        child = right
        childIndex += 1
      }
      if (isBefore(moved, child)) break
      timers[index] = child
      index = childIndex
    }
    timers[index] = moved
  }
}

function isBefore(a: HeapTimer, b: HeapTimer): boolean {
  return a.dueNs < b.dueNs || (a.dueNs === b.dueNs && a.sequence < b.sequence)
}
