import { ApiError } from '../api/api-error.ts'
import { KINDS, type Kind } from '../api/kinds.ts'
import type { StoredMeta } from '../api/meta.ts'
import { SortedMap } from '../base/sorted-map.ts'
import type { Clock } from '../world/clock.ts'
import type { Journal } from '../world/journal.ts'
import { freezeSharing } from './frozen.ts'
import { History, type StoredChange } from './history.ts'
import { notWritten } from './refusals.ts'
import type { Selection, StoreEvent, WatchSelection } from './request.ts'
import { parseResourceVersion, tooLargeVersion } from './resource-version.ts'
import { journalKey, restoreObject } from './restoring.ts'
import { asKind, asMetadata, type Incoming, type Stored } from './stored.ts'
import { isSelected, Watches } from './watches.ts'

export interface NameParts {
  readonly namespace?: string | undefined
  readonly name: string
}

export interface ObjectLogOptions {
  readonly clock: Clock
  readonly historyMax: number
  readonly onListenerError: (error: unknown) => void
  readonly journal: Journal | undefined
}

/** The objects themselves, their versions, and who watches them. It has no rules (those are the store's). */
export class ObjectLog {
  readonly #clock: Clock
  readonly #tables = new Map<Kind, SortedMap<Stored>>()
  readonly #history: History
  readonly #watches: Watches
  readonly #journal: Journal | undefined
  #version: number

  constructor({ clock, historyMax, onListenerError, journal }: ObjectLogOptions) {
    this.#clock = clock
    this.#journal = journal
    this.#version = journal?.lastVersion() ?? 0
    this.#history = new History(historyMax, this.#version)
    this.#watches = new Watches(this.#history, onListenerError)
    for (const record of journal?.read() ?? []) {
      const { kind, object } = restoreObject(record)
      this.#table(kind).set(keyIn(kind, object.metadata), object)
    }
  }

  /** The number of changes so far: the newest resourceVersion. */
  get version(): number {
    return this.#version
  }

  lookup(kind: Kind, name: NameParts): Stored | undefined {
    return this.#table(kind).get(keyIn(kind, name))
  }

  /** Sorted by namespace and name. */
  selected(kind: Kind, selection: Selection): readonly Stored[] {
    return selectFrom(this.#table(kind).list(), kind, selection)
  }

  /** The same as of a version of the past, by taking back what has changed since. */
  selectedAt(kind: Kind, selection: Selection, resourceVersion: string): readonly Stored[] {
    const version = parseResourceVersion(resourceVersion)
    if (version > this.#version) throw tooLargeVersion(resourceVersion, this.#version)
    const first = this.#history.numberAfter(version)
    if (first === undefined) {
      throw new ApiError('Expired', 'The resourceVersion for the provided list is too old.')
    }
    const before = new Map<string, Stored | undefined>()
    for (let number = this.#history.end - 1; number >= first; number--) {
      const change = this.#history.at(number)
      if (change?.kind === kind) before.set(keyIn(kind, change.object.metadata), change.previous)
    }
    if (before.size === 0) return this.selected(kind, selection)
    const table = new SortedMap<Stored>()
    for (const object of this.#table(kind).list()) table.set(keyIn(kind, object.metadata), object)
    for (const [key, object] of before) {
      if (object === undefined) table.delete(key)
      else table.set(key, object)
    }
    return selectFrom(table.list(), kind, selection)
  }

  /**
   * The only place where anything changes: a new version, its object and its place in history. The journal
   * has it before anybody hears of it; when it refuses, nothing has happened. Throws ApiError.
   */
  commit(
    type: StoredChange['type'],
    kind: Kind,
    next: Incoming | Stored,
    previous: Stored | undefined,
    identity: { readonly uid: string; readonly creationTimestamp: string },
  ): Stored {
    const version = this.#version + 1
    const { uid, creationTimestamp } = identity
    const metadata = inOrder({
      ...next.metadata,
      uid,
      resourceVersion: String(version),
      creationTimestamp,
    })
    const object = freezeSharing<Stored>({ ...next, metadata }, next)
    const key = keyIn(kind, metadata)
    this.#record(journalKey(kind, key), type === 'DELETED' ? undefined : object, version)
    this.#version = version
    if (type === 'DELETED') this.#table(kind).delete(key)
    else this.#table(kind).set(key, object)
    const change: StoredChange = { type, kind, version, object, previous }
    this.#history.append(change, this.#clock.wallMs())
    this.#watches.schedule()
    return object
  }

  watch<K extends Kind>(
    kind: K,
    selection: WatchSelection,
    onEvent: (event: StoreEvent<K>) => void,
  ): { stop(): void } {
    const { resourceVersion } = selection
    const place = `resourceVersion: Invalid value: ${JSON.stringify(resourceVersion)}: `
    const version = parseResourceVersion(resourceVersion, place)
    const isFromNow = version === 0
    // Versions rise by one with each change: of the future is told what comes after that one.
    const ahead = version - this.#version
    const after = ahead > 0 ? this.#history.end + ahead : this.#history.numberAfter(version)
    return this.#watches.add({
      kind,
      selection,
      present: isFromNow ? this.selected(kind, selection) : [],
      from: isFromNow ? this.#history.end : after,
      onEvent: (event) =>
        onEvent(
          event.type === 'EXPIRED' ? event : { type: event.type, object: asKind<K>(event.object) },
        ),
    })
  }

  /** Tells of every state of an object that is not the newest any more, once all watches have heard of the change. */
  onPast(listener: (object: Stored) => void): void {
    this.#watches.onTold(({ type, object, previous }) => {
      if (previous !== undefined) listener(previous)
      if (type === 'DELETED') listener(object)
    })
  }

  #record(key: string, object: Stored | undefined, version: number): void {
    if (this.#journal === undefined) return
    const value = object === undefined ? undefined : JSON.stringify(object)
    try {
      this.#journal.commit({ key, value, version })
    } catch (error) {
      throw notWritten(error)
    }
  }

  #table(kind: Kind): SortedMap<Stored> {
    let table = this.#tables.get(kind)
    if (table === undefined) this.#tables.set(kind, (table = new SortedMap()))
    return table
  }
}

/** In the order in which Kubernetes writes the fields, since people read them. */
function inOrder(metadata: StoredMeta): StoredMeta {
  const { name, generateName, namespace, uid, resourceVersion, generation, ...others } = metadata
  const { creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds, ...rest } = others
  const { labels, annotations, ownerReferences, finalizers, managedFields } = rest
  return asMetadata<StoredMeta>({
    name,
    generateName,
    namespace,
    uid,
    resourceVersion,
    generation,
    creationTimestamp,
    deletionTimestamp,
    deletionGracePeriodSeconds,
    labels,
    annotations,
    ownerReferences,
    finalizers,
    managedFields,
  })
}

function selectFrom(all: readonly Stored[], kind: Kind, selection: Selection): readonly Stored[] {
  const { namespace, labelSelector, fieldSelector } = selection
  if (namespace === undefined && labelSelector === undefined && fieldSelector === undefined) {
    return all
  }
  return all.filter((object) => isSelected(kind, object, selection))
}

function keyIn(kind: Kind, { namespace = 'default', name }: NameParts): string {
  return KINDS[kind].namespaced ? `${namespace}/${name}` : name
}
