import type { Kind, ObjectOf } from '../api/kinds.ts'
import { controllerOf, keyOf } from '../api/meta.ts'
import { SortedMap } from '../base/sorted-map.ts'
import { throwLater } from '../base/throw-later.ts'
import type { Clock, Timer } from '../world/clock.ts'
import { BackOff } from './back-off.ts'
import type { Client, ListOptions, Watch, WatchEvent } from './client.ts'

/** Told after the cache has changed; `current` is undefined when the object is gone. */
export type ChangeListener<K extends Kind> = (change: {
  readonly key: string
  readonly current: ObjectOf<K> | undefined
  readonly previous: ObjectOf<K> | undefined
}) => void

/** A local copy of all objects of a kind, kept up to date by list and watch. */
export interface Informer<K extends Kind> {
  readonly kind: K
  /** Undefined when there is none (any more). Key: `namespace/name`, or the name. */
  get(key: string): ObjectOf<K> | undefined
  /** Sorted by key. */
  list(): readonly ObjectOf<K>[]
  /** The objects whose controller (owner reference with `controller: true`) has this uid; sorted by key. */
  byOwner(uid: string): readonly ObjectOf<K>[]
  /** Also called once for every object that is already there. */
  onChange(listener: ChangeListener<K>): void
  /** Resolves when the first list is in the cache; rejects when it was refused. */
  start(): Promise<void>
  stop(): void
}

/** A watch that ended is followed by a new list after this long, and longer each time in a row: the server may be starting again. */
const RELIST_DELAY_MS = 1_000
const RELIST_DELAY_MS_MAX = 30_000

/**
 * The objects of a kind (of a namespace, of a label selector) in memory. After an expired or closed
 * watch it lists again and tells its listeners what they missed: an object that was replaced by another of
 * its name meanwhile is told as gone, then as new. Nothing is told after `stop`.
 */
export function newInformer<K extends Kind>(
  client: Client,
  clock: Clock,
  kind: K,
  options: ListOptions = {},
): Informer<K> {
  return new WatchingInformer(client, clock, kind, options)
}

class WatchingInformer<K extends Kind> implements Informer<K> {
  readonly kind: K
  readonly #client: Client
  readonly #clock: Clock
  readonly #options: ListOptions
  readonly #objects = new SortedMap<ObjectOf<K>>()
  readonly #byOwner = new Map<string, SortedMap<ObjectOf<K>>>()
  readonly #listeners: ChangeListener<K>[] = []
  #watch: Watch | undefined
  #relist: Timer | undefined
  readonly #backOff: BackOff
  #stopped = false

  constructor(client: Client, clock: Clock, kind: K, options: ListOptions) {
    this.kind = kind
    this.#client = client
    this.#clock = clock
    this.#options = options
    this.#backOff = new BackOff(clock, { firstMs: RELIST_DELAY_MS, msMax: RELIST_DELAY_MS_MAX })
  }

  get(key: string): ObjectOf<K> | undefined {
    return this.#objects.get(key)
  }

  list(): readonly ObjectOf<K>[] {
    return this.#objects.list()
  }

  byOwner(uid: string): readonly ObjectOf<K>[] {
    return this.#byOwner.get(uid)?.list() ?? []
  }

  onChange(listener: ChangeListener<K>): void {
    const present = this.#objects.list()
    this.#listeners.push(listener)
    for (const current of present) listener({ key: keyOf(current), current, previous: undefined })
  }

  async start(): Promise<void> {
    const { items, resourceVersion } = await this.#client.list(this.kind, this.#options)
    if (this.#stopped) return
    this.#replaceAll(items)
    // A listener may have stopped us.
    if (this.#stopped) return
    this.#watch = this.#client.watch(this.kind, { ...this.#options, resourceVersion }, (event) =>
      this.#onEvent(event),
    )
  }

  stop(): void {
    this.#stopped = true
    this.#watch?.stop()
    this.#relist?.cancel()
  }

  #onEvent(event: WatchEvent<K>): void {
    if (this.#stopped) return
    switch (event.type) {
      case 'ADDED':
      case 'MODIFIED':
        this.#backOff.reset()
        return this.#put(keyOf(event.object), event.object)
      case 'DELETED':
        return this.#put(keyOf(event.object), undefined)
      case 'EXPIRED':
      case 'CLOSED':
        return this.#scheduleRelist()
    }
  }

  #scheduleRelist(): void {
    this.#watch?.stop()
    this.#relist = this.#clock.after(this.#backOff.nextMs(), () => {
      this.start().catch(() => {
        if (!this.#stopped) this.#scheduleRelist()
      })
    })
  }

  #replaceAll(items: readonly ObjectOf<K>[]): void {
    const listed = new Map(items.map((item) => [keyOf(item), item]))
    for (const key of this.#objects.keys()) {
      const previousUid = this.#objects.get(key)?.metadata.uid
      if (listed.get(key)?.metadata.uid !== previousUid) this.#put(key, undefined)
    }
    for (const [key, object] of listed) {
      const knownVersion = this.#objects.get(key)?.metadata.resourceVersion
      if (knownVersion !== object.metadata.resourceVersion) this.#put(key, object)
    }
  }

  #put(key: string, current: ObjectOf<K> | undefined): void {
    const previous = this.#objects.get(key)
    if (previous === undefined && current === undefined) return
    if (current === undefined) this.#objects.delete(key)
    else this.#objects.set(key, current)
    this.#index(key, previous, current)
    for (const listener of this.#listeners.slice()) {
      if (this.#stopped) return
      try {
        listener({ key, current, previous })
      } catch (error) {
        throwLater(error)
      }
    }
  }

  #index(key: string, previous: ObjectOf<K> | undefined, current: ObjectOf<K> | undefined): void {
    const before = previous && controllerOf(previous)?.uid
    const after = current && controllerOf(current)?.uid
    if (before !== undefined && before !== after) {
      const siblings = this.#byOwner.get(before)
      siblings?.delete(key)
      if (siblings?.size === 0) this.#byOwner.delete(before)
    }
    if (after === undefined || current === undefined) return
    let siblings = this.#byOwner.get(after)
    if (siblings === undefined) this.#byOwner.set(after, (siblings = new SortedMap()))
    siblings.set(key, current)
  }
}
