import { ApiError } from '../api/api-error.ts'
import { KINDS, type Kind } from '../api/kinds.ts'
import { SortedMap } from '../base/sorted-map.ts'
import { freezeSharing } from './frozen.ts'
import { History, type StoredChange } from './history.ts'
import type { Selection, StoreEvent, WatchSelection } from './request.ts'
import { asKind, type Incoming, type Stored } from './stored.ts'
import { isSelected, Watches } from './watches.ts'

export interface NameParts {
  readonly namespace?: string | undefined
  readonly name: string
}

/** The objects themselves, their versions, and who watches them. It has no rules (those are the store's). */
export class ObjectLog {
  readonly #tables = new Map<Kind, SortedMap<Stored>>()
  readonly #history: History
  readonly #watches: Watches
  #version = 0

  constructor(historyMax: number, onListenerError: (error: unknown) => void) {
    this.#history = new History(historyMax)
    this.#watches = new Watches(this.#history, onListenerError)
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
    const all = this.#table(kind).list()
    const { namespace, labelSelector, fieldSelector } = selection
    if (namespace === undefined && labelSelector === undefined && fieldSelector === undefined) {
      return all
    }
    return all.filter((object) => isSelected(kind, object, selection))
  }

  /** The only place where anything changes: a new version, its object and its place in history. */
  commit(
    type: StoredChange['type'],
    kind: Kind,
    next: Incoming | Stored,
    previous: Stored | undefined,
    identity: { readonly uid: string; readonly creationTimestamp: string },
  ): Stored {
    this.#version += 1
    const { uid, creationTimestamp } = identity
    const resourceVersion = String(this.#version)
    const metadata = { ...next.metadata, uid, resourceVersion, creationTimestamp }
    const object = freezeSharing<Stored>({ ...next, metadata }, next)
    if (type === 'DELETED') this.#table(kind).delete(keyIn(kind, metadata))
    else this.#table(kind).set(keyIn(kind, metadata), object)
    this.#history.append({ type, kind, version: this.#version, object, previous })
    this.#watches.schedule()
    return object
  }

  watch<K extends Kind>(
    kind: K,
    selection: WatchSelection,
    onEvent: (event: StoreEvent<K>) => void,
  ): { stop(): void } {
    const { resourceVersion } = selection
    if (!/^\d*$/.test(resourceVersion)) {
      throw new ApiError('BadRequest', `resourceVersion: Invalid value: "${resourceVersion}"`)
    }
    const version = Number(resourceVersion)
    const isFromNow = version === 0
    // A version of the future is one of another life of this store: its reader has to list again.
    const after = version > this.#version ? undefined : this.#history.numberAfter(version)
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

  #table(kind: Kind): SortedMap<Stored> {
    let table = this.#tables.get(kind)
    if (table === undefined) this.#tables.set(kind, (table = new SortedMap()))
    return table
  }
}

function keyIn(kind: Kind, { namespace = 'default', name }: NameParts): string {
  return KINDS[kind].namespaced ? `${namespace}/${name}` : name
}
