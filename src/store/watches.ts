import { fieldsMatch } from '../api/field-selector.ts'
import { KINDS, type Kind } from '../api/kinds.ts'
import { selectorMatches } from '../api/selector.ts'
import type { History, StoredChange } from './history.ts'
import type { Selection } from './request.ts'
import type { Stored } from './stored.ts'

/** An event as a listener of any kind is told it. */
export type AnyEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: Stored }
  | { readonly type: 'EXPIRED' }

export interface WatchRequest {
  readonly kind: Kind
  readonly selection: Selection
  /** Objects that are told as ADDED before anything else. */
  readonly present: readonly Stored[]
  /** The number of the first change to tell; undefined: it is gone. */
  readonly from: number | undefined
  readonly onEvent: (event: AnyEvent) => void
}

interface OpenWatch extends WatchRequest {
  stopped: boolean
}

const NOBODY: readonly OpenWatch[] = []

/**
 * Tells listeners what changed: in a microtask after the write, never from inside it. Every listener gets
 * its events in the order of the writes, and every change goes to all listeners (in the order in which they
 * came) before the next one does. Listeners may write, watch and stop: what they write is told afterwards.
 * When one throws, neither the store nor the other listeners notice.
 */
export class Watches {
  readonly #history: History
  readonly #onListenerError: (error: unknown) => void
  /** Have been told everything before #next. By kind, so that a change costs those nothing whom it does not concern. */
  readonly #open = new Map<Kind, readonly OpenWatch[]>()
  /** Still have to catch up with the others. */
  readonly #joining: OpenWatch[] = []
  /** The number of the next change to tell. */
  #next = 0
  #scheduled = false
  #onTold: ((change: StoredChange) => void) | undefined

  constructor(history: History, onListenerError: (error: unknown) => void) {
    this.#history = history
    this.#onListenerError = onListenerError
  }

  add(request: WatchRequest): { stop(): void } {
    const watch: OpenWatch = { ...request, stopped: false }
    this.#joining.push(watch)
    this.schedule()
    return { stop: () => this.#stop(watch) }
  }

  /** Told of every change after all watches. One listener. */
  onTold(listener: (change: StoredChange) => void): void {
    this.#onTold = listener
  }

  /** To be called after every write. */
  schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    queueMicrotask(() => {
      this.#scheduled = false
      this.#tell()
    })
  }

  #tell(): void {
    for (;;) {
      const joining = this.#joining.shift()
      if (joining !== undefined) {
        this.#catchUp(joining)
        continue
      }
      if (this.#next >= this.#history.end) return
      const number = this.#next
      this.#next += 1
      this.#tellAll(number)
    }
  }

  #tellAll(number: number): void {
    const change = this.#history.at(number)
    // A list is a new array after every stop, so that this loop is not disturbed by one.
    if (change !== undefined) {
      for (const watch of this.#openFor(change.kind)) this.#tellChange(watch, number, change)
      this.#onTold?.(change)
      return
    }
    // More was written at once than the history holds.
    const all = [...this.#open.values()].flat()
    for (const watch of all)
      if (watch.from !== undefined && number >= watch.from) this.#expire(watch)
  }

  #catchUp(watch: OpenWatch): void {
    for (const object of watch.present) this.#tellEvent(watch, { type: 'ADDED', object })
    if (watch.from === undefined) return this.#expire(watch)
    for (let number = watch.from; number < this.#next && !watch.stopped; number++) {
      const change = this.#history.at(number)
      if (change === undefined) return this.#expire(watch)
      if (change.kind === watch.kind) this.#tellChange(watch, number, change)
    }
    if (!watch.stopped) this.#open.set(watch.kind, [...this.#openFor(watch.kind), watch])
  }

  #tellChange(watch: OpenWatch, number: number, change: StoredChange): void {
    // A watch may be opened after a write that nobody has been told of yet.
    if (watch.from === undefined || number < watch.from) return
    const event = eventFor(watch, change)
    if (event !== undefined) this.#tellEvent(watch, event)
  }

  #expire(watch: OpenWatch): void {
    this.#tellEvent(watch, { type: 'EXPIRED' })
    this.#stop(watch)
  }

  #stop(watch: OpenWatch): void {
    watch.stopped = true
    const others = this.#openFor(watch.kind).filter((other) => other !== watch)
    this.#open.set(watch.kind, others)
  }

  #openFor(kind: Kind): readonly OpenWatch[] {
    return this.#open.get(kind) ?? NOBODY
  }

  #tellEvent(watch: OpenWatch, event: AnyEvent): void {
    if (watch.stopped) return
    try {
      watch.onEvent(event)
    } catch (error) {
      this.#onListenerError(error)
    }
  }
}

/**
 * An object that begins to match the selection is added for this watch, one that ceases to is deleted: as it
 * was when it last matched, with the version of the change.
 */
function eventFor({ kind, selection }: OpenWatch, change: StoredChange): AnyEvent | undefined {
  const { type, object, previous } = change
  const wasIn = previous !== undefined && isSelected(kind, previous, selection)
  const isIn = type !== 'DELETED' && isSelected(kind, object, selection)
  if (isIn) return { type: wasIn ? 'MODIFIED' : 'ADDED', object }
  return wasIn ? { type: 'DELETED', object: lastState(previous, change) } : undefined
}

function lastState(previous: Stored, { type, object }: StoredChange): Stored {
  if (type === 'DELETED') return object
  const { resourceVersion } = object.metadata
  return Object.freeze({
    ...previous,
    metadata: Object.freeze({ ...previous.metadata, resourceVersion }),
  })
}

export function isSelected(
  kind: Kind,
  object: Stored,
  { namespace, labelSelector, fieldSelector }: Selection,
): boolean {
  if (namespace !== undefined && object.metadata.namespace !== namespace) return false
  if (labelSelector !== undefined && !selectorMatches(labelSelector, object.metadata.labels)) {
    return false
  }
  return fieldSelector === undefined || fieldsMatch(fieldSelector, KINDS[kind], object)
}
