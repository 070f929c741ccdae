import { KINDS, type Kind, type ObjectOf } from '../api/kinds.ts'
import { applyConfiguration } from '../api/managed-fields.ts'
import type { ApiObject } from '../api/meta.ts'
import { applyPatch } from '../api/patching.ts'
import { throwLater } from '../base/throw-later.ts'
import type { Clock } from '../world/clock.ts'
import type { Journal } from '../world/journal.ts'
import type { Random } from '../world/random.ts'
import { KUBERNETES_ADMISSION, type Admission } from './admission.ts'
import { planDeletion } from './deletion.ts'
import { freezeSharing } from './frozen.ts'
import { ObjectLog, type NameParts } from './object-log.ts'
import { ObjectWriter } from './object-writer.ts'
import { managerOf } from './ownership.ts'
import * as refusal from './refusals.ts'
import {
  requireDeletable,
  requireKind,
  requirePreconditions,
  requireSameName,
  requireUid,
} from './request-checks.ts'
import type {
  ApplyOptions,
  CreationOptions,
  DeletionOptions,
  ObjectName,
  Selection,
  StoreEvent,
  WatchSelection,
  WriteOptions,
} from './request.ts'
import { asIncoming, asKind, asKinds, type Stored } from './stored.ts'

export interface StoreOptions {
  readonly clock: Clock
  readonly random: Random
  /** Default: Kubernetes' defaults and validation. */
  readonly admission?: Admission
  /** A watch from before the last so many changes, or from five minutes ago, has expired. Default 10,000. */
  readonly historyMax?: number
  /** Of more Events than this the oldest are removed, and all that are older than an hour. Default 20,000. */
  readonly eventsMax?: number
  /** Keeps the state beyond the life of this process. */
  readonly journal?: Journal
  /** A new Pod needs its ServiceAccount and PriorityClass to be there, as in a cluster whose controllers make the former. */
  readonly requireServiceAccounts?: boolean
  /** Told of what the listener of a watch throws. Default: it ends the run, since that is a broken promise of ours. */
  readonly onListenerError?: (error: unknown) => void
}

export interface ObjectList<K extends Kind> {
  readonly items: readonly ObjectOf<K>[]
  readonly resourceVersion: string
}

/**
 * The desired and observed state of the cluster: what a Kubernetes API server does to objects between the
 * request and etcd, in memory and at once. Everything that it hands out is deeply frozen, shares its
 * unchanged parts with the version before, and never changes. Every method throws ApiError.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/
 */
export class Store {
  readonly #clock: Clock
  readonly #log: ObjectLog
  readonly #writer: ObjectWriter

  /** Throws HitlessError when the journal holds something else than objects. */
  constructor(options: StoreOptions) {
    this.#clock = options.clock
    this.#log = new ObjectLog({
      clock: options.clock,
      historyMax: options.historyMax ?? 10_000,
      onListenerError: options.onListenerError ?? throwLater,
      journal: options.journal,
    })
    this.#writer = new ObjectWriter({
      log: this.#log,
      clock: options.clock,
      random: options.random,
      admission: options.admission ?? KUBERNETES_ADMISSION,
      eventsMax: options.eventsMax ?? 20_000,
      requireServiceAccounts: options.requireServiceAccounts ?? false,
    })
    const metadata = { name: 'default' }
    if (!this.has('Namespace', metadata)) {
      this.create('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata })
    }
  }

  /** The newest resourceVersion. */
  get version(): string {
    return String(this.#log.version)
  }

  has(kind: Kind, name: ObjectName): boolean {
    return this.#log.lookup(kind, name) !== undefined
  }

  get<K extends Kind>(kind: K, name: ObjectName): ObjectOf<K> {
    return asKind<K>(this.#find(kind, name))
  }

  /** Sorted by namespace and name. */
  list<K extends Kind>(kind: K, selection: Selection = {}): ObjectList<K> {
    const items = asKinds<K>(this.#log.selected(kind, selection))
    return { items, resourceVersion: this.version }
  }

  /** What `list` showed at exactly that version. Expired when the history no longer tells, Timeout for a later one. */
  listAt<K extends Kind>(kind: K, selection: Selection, resourceVersion: string): ObjectList<K> {
    const items = asKinds<K>(this.#log.selectedAt(kind, selection, resourceVersion))
    return { items, resourceVersion }
  }

  /** Listeners are told in a microtask, never during a call: see Watches for the order. */
  watch<K extends Kind>(
    kind: K,
    selection: WatchSelection,
    onEvent: (event: StoreEvent<K>) => void,
  ): { stop(): void } {
    return this.#log.watch(kind, selection, onEvent)
  }

  /**
   * Tells of every state of an object that is not the newest any more, once all watches have heard of it: whoever keeps
   * something beside a state can let go of it, though the history has the state for a while. One listener.
   */
  onPast(listener: (object: ApiObject) => void): void {
    this.#log.onPast(listener)
  }

  create<K extends Kind>(kind: K, object: ObjectOf<K>, options: CreationOptions = {}): ObjectOf<K> {
    requireKind(kind, object)
    return asKind<K>(this.#writer.make(kind, object, options))
  }

  /**
   * Replaces the object; Conflict when it is not at `object.metadata.resourceVersion` any more (absent: it
   * does not matter). A change of nothing makes no new version.
   */
  update<K extends Kind>(kind: K, object: ObjectOf<K>, options: WriteOptions = {}): ObjectOf<K> {
    requireKind(kind, object)
    const current = this.#find(kind, object.metadata)
    requireUid(kind, object.metadata, current.metadata)
    return asKind<K>(this.#writer.write(kind, current, object, options))
  }

  /** The same, but of some kinds an object that is not there is created. */
  updateOrCreate<K extends Kind>(
    kind: K,
    object: ObjectOf<K>,
    options: WriteOptions = {},
  ): { readonly object: ObjectOf<K>; readonly created: boolean } {
    const { strategy } = KINDS[kind]
    if (
      strategy.createdByUpdate !== true ||
      options.subresource !== undefined ||
      this.has(kind, object.metadata)
    ) {
      return { object: this.update(kind, object, options), created: false }
    }
    requireKind(kind, object)
    const { uid = '', resourceVersion: _none, ...metadata } = object.metadata
    if (uid !== '') {
      throw refusal.replacedMeanwhile(kind, object.metadata, { wanted: uid, found: '' })
    }
    const made = this.#writer.make(kind, { ...object, metadata }, options)
    return { object: asKind<K>(made), created: true }
  }

  /** A JSON merge patch (RFC 7386) on the newest version; a resourceVersion in it must be that one. */
  patch<K extends Kind>(
    kind: K,
    name: ObjectName,
    patch: Readonly<Record<string, unknown>>,
    options: WriteOptions = {},
  ): ObjectOf<K> {
    const change = (current: ObjectOf<K>) => asIncoming(applyPatch(current, patch, 'merge'))
    return this.modify(kind, name, change, options)
  }

  /**
   * What every kind of patch does: `change` makes the next version of the newest one, and may throw an ApiError.
   * A resourceVersion in its result must be that of the newest one.
   */
  modify<K extends Kind>(
    kind: K,
    name: ObjectName,
    change: (current: ObjectOf<K>) => ApiObject,
    options: WriteOptions = {},
  ): ObjectOf<K> {
    const current = this.#find(kind, name)
    const next = change(asKind<K>(current))
    requireKind(kind, next)
    requireSameName(next.metadata, current.metadata)
    return asKind<K>(this.#writer.write(kind, current, next, options))
  }

  /** Server-side apply: makes the object, or makes the fields of `config` this manager's. */
  apply<K extends Kind>(
    kind: K,
    config: ApiObject,
    options: ApplyOptions,
  ): { readonly object: ObjectOf<K>; readonly created: boolean } {
    const { manager, force, ...rest } = options
    const live = this.#log.lookup(kind, config.metadata)
    if (live === undefined && options.subresource !== undefined) this.#find(kind, config.metadata)
    const { object, managedFields } = applyConfiguration({
      live,
      config,
      kind,
      manager: managerOf(manager, options),
      force,
      time: this.#writer.now(),
    })
    if (live === undefined) {
      const { name, uid = '' } = config.metadata
      if (uid !== '') throw refusal.nothingToApplyTo(kind, name, uid)
      const made = this.#writer.make(kind, object, rest, { managedFields })
      return { object: asKind<K>(made), created: true }
    }
    if (object === live) return { object: asKind<K>(live), created: false }
    const written = this.#writer.write(kind, live, object, rest, { managedFields })
    return { object: asKind<K>(written), created: false }
  }

  /** What is left of the object: it stays while it has finalizers or, a Pod, a grace period. */
  delete<K extends Kind>(
    kind: K,
    name: ObjectName,
    options: DeletionOptions = {},
  ): { readonly object: ObjectOf<K>; readonly removed: boolean } {
    const current = this.#find(kind, name)
    requirePreconditions(kind, current, options)
    requireDeletable(kind, name.name)
    const { dryRun = false } = options
    const plan = planDeletion(kind, current, options, this.#clock.wallMs())
    if (plan.action === 'mark') {
      const next = freezeSharing(plan.object, current)
      const marked = next === current ? current : this.#writer.replace(kind, next, current, dryRun)
      return { object: asKind<K>(marked), removed: false }
    }
    const { lastUpdate } = plan
    const last =
      lastUpdate === undefined ? current : this.#writer.replace(kind, lastUpdate, current, dryRun)
    return { object: asKind<K>(dryRun ? last : this.#writer.remove(kind, last)), removed: true }
  }

  #find(kind: Kind, name: NameParts): Stored {
    const found = this.#log.lookup(kind, name)
    if (found === undefined) throw refusal.notFound(kind, name.name)
    return found
  }
}
