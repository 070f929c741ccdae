import { ApiError } from '../api/api-error.ts'
import { KINDS, type Kind, type ObjectOf } from '../api/kinds.ts'
import type { ApiObject, ObjectMeta } from '../api/meta.ts'
import { applyMergePatch } from '../api/patch/merge-patch.ts'
import { throwLater } from '../base/throw-later.ts'
import { formatTimestamp } from '../base/timestamp.ts'
import type { Clock } from '../world/clock.ts'
import type { Journal } from '../world/journal.ts'
import type { Random } from '../world/random.ts'
import { KUBERNETES_ADMISSION, type Admission } from './admission.ts'
import { isReadyToGo, planDeletion } from './deletion.ts'
import { EventExpiry } from './event-expiry.ts'
import { freezeSharing } from './frozen.ts'
import { generateName, newUid } from './identity.ts'
import { ObjectLog, type NameParts } from './object-log.ts'
import { prepareNew, prepareUpdate, validateMetadataUpdate, validateUid } from './preparation.ts'
import * as refusal from './refusals.ts'
import { requireKind, requirePreconditions, requireSameName } from './request-checks.ts'
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
import { keepAddresses, ServiceAddresses } from './service-addresses.ts'
import { asIncoming, asKind, asKinds, type Incoming, type Stored } from './stored.ts'

export interface StoreOptions {
  readonly clock: Clock
  readonly random: Random
  /** Default: Kubernetes' defaults and validation. */
  readonly admission?: Admission
  /** A watch from before the last so many changes has expired. Default 10,000. */
  readonly historyMax?: number
  /** Of more Events than this the oldest are removed, and all that are older than an hour. Default 20,000. */
  readonly eventsMax?: number
  /** Keeps the state beyond the life of this process. */
  readonly journal?: Journal
  /** A new Pod needs its ServiceAccount to be there, as in a cluster whose controllers make one for each namespace. */
  readonly requireServiceAccounts?: boolean
  /** Told of what the listener of a watch throws. Default: it ends the run, since that is a broken promise of ours. */
  readonly onListenerError?: (error: unknown) => void
}

/** Names that are generated are tried this often before a collision is an answer. */
const NAME_ATTEMPTS = 8

/**
 * The desired and observed state of the cluster: what a Kubernetes API server does to objects between the
 * request and etcd, in memory and at once. Everything that it hands out is deeply frozen, shares its
 * unchanged parts with the version before, and never changes. Every method throws ApiError.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/
 */
export class Store {
  readonly #clock: Clock
  readonly #random: Random
  readonly #admission: Admission
  readonly #log: ObjectLog
  readonly #serviceAddresses: ServiceAddresses
  readonly #eventExpiry: EventExpiry

  constructor(options: StoreOptions) {
    this.#clock = options.clock
    this.#random = options.random
    this.#admission = options.admission ?? KUBERNETES_ADMISSION
    this.#log = new ObjectLog(options.historyMax ?? 10_000, options.onListenerError ?? throwLater)
    this.#serviceAddresses = new ServiceAddresses(options.random)
    this.#eventExpiry = new EventExpiry(options.eventsMax ?? 20_000)
    const metadata = { name: 'default' }
    this.create('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata })
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
  list<K extends Kind>(
    kind: K,
    selection: Selection = {},
  ): { readonly items: readonly ObjectOf<K>[]; readonly resourceVersion: string } {
    const items = asKinds<K>(this.#log.selected(kind, selection))
    return { items, resourceVersion: String(this.#log.version) }
  }

  /** What `list` showed at exactly that version. Expired when the history no longer tells. */
  listAt<K extends Kind>(
    kind: K,
    selection: Selection,
    resourceVersion: string,
  ): { readonly items: readonly ObjectOf<K>[]; readonly resourceVersion: string } {
    if (resourceVersion !== this.version) throw new ApiError('Expired', 'not yet')
    return this.list(kind, selection)
  }

  /** Listeners are told in a microtask, never during a call: see Watches for the order. */
  watch<K extends Kind>(
    kind: K,
    selection: WatchSelection,
    onEvent: (event: StoreEvent<K>) => void,
  ): { stop(): void } {
    return this.#log.watch(kind, selection, onEvent)
  }

  create<K extends Kind>(
    kind: K,
    object: ObjectOf<K>,
    _options: CreationOptions = {},
  ): ObjectOf<K> {
    requireKind(kind, object)
    if (object.metadata.resourceVersion !== undefined) {
      const message = 'resourceVersion should not be set on objects to be created'
      throw new ApiError('InternalError', message)
    }
    const namespace = KINDS[kind].namespaced ? (object.metadata.namespace ?? 'default') : undefined
    if (namespace !== undefined) this.#requireNamespace(kind, object, namespace)
    const identity = {
      name: this.#chooseName(kind, object.metadata, namespace),
      namespace,
      uid: newUid(this.#random),
      creationTimestamp: formatTimestamp(this.#clock.wallMs()),
    }
    const prepared = prepareNew(kind, freezeSharing<ApiObject>(object), identity)
    const draft = freezeSharing(this.#admission.applyDefaults(prepared))
    const faults = this.#admission.validate(draft)
    if (faults.length > 0) throw refusal.invalid(kind, draft.metadata, faults)
    if (this.#log.lookup(kind, identity) !== undefined) {
      throw refusal.alreadyExists(kind, identity.name)
    }
    const addressed =
      kind === 'Service' ? freezeSharing(this.#serviceAddresses.assign(draft, undefined)) : draft
    const stored = this.#log.commit('ADDED', kind, addressed, undefined, identity)
    if (kind === 'Service') this.#serviceAddresses.replace(undefined, stored)
    if (kind === 'Event') this.#expireEvents(stored)
    return asKind<K>(stored)
  }

  /**
   * Replaces the object; Conflict when it is not at `object.metadata.resourceVersion` any more (absent: it
   * does not matter). A change of nothing makes no new version.
   */
  update<K extends Kind>(kind: K, object: ObjectOf<K>, options: WriteOptions = {}): ObjectOf<K> {
    requireKind(kind, object)
    const current = this.#find(kind, object.metadata)
    const { name, uid } = object.metadata
    if (uid !== undefined && uid !== current.metadata.uid) {
      throw refusal.replacedMeanwhile(kind, name, { wanted: uid, found: current.metadata.uid })
    }
    return asKind<K>(this.#write(kind, current, object, options))
  }

  /** A JSON merge patch (RFC 7386) on the newest version; a resourceVersion in it must be that one. */
  patch<K extends Kind>(
    kind: K,
    name: ObjectName,
    patch: Readonly<Record<string, unknown>>,
    options: WriteOptions = {},
  ): ObjectOf<K> {
    return this.modify(
      kind,
      name,
      (current) => asIncoming(applyMergePatch(current, patch)),
      options,
    )
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
    const patched = change(asKind<K>(current))
    requireKind(kind, patched)
    requireSameName(patched.metadata, current.metadata)
    return asKind<K>(this.#write(kind, current, patched, options))
  }

  /** Server-side apply: makes the object, or makes the fields of `config` this manager's. */
  apply<K extends Kind>(
    kind: K,
    config: ApiObject,
    options: ApplyOptions,
  ): { readonly object: ObjectOf<K>; readonly created: boolean } {
    const current = this.#log.lookup(kind, config.metadata)
    if (current === undefined) {
      return { object: this.create(kind, asKind<K>(config), options), created: true }
    }
    const change = () => asIncoming(applyMergePatch(current, { ...config }))
    return { object: this.modify(kind, config.metadata, change, options), created: false }
  }

  /** What is left of the object: it stays while it has finalizers or, a Pod, a grace period. */
  delete<K extends Kind>(
    kind: K,
    name: ObjectName,
    options: DeletionOptions = {},
  ): { readonly object: ObjectOf<K>; readonly removed: boolean } {
    const current = this.#find(kind, name)
    requirePreconditions(kind, current, options)
    if (kind === 'Namespace' && name.name === 'default') {
      throw refusal.forbidden(kind, name.name, 'this namespace may not be deleted')
    }
    const plan = planDeletion(kind, current, options, this.#clock.wallMs())
    if (plan.action === 'mark') {
      const next = freezeSharing(plan.object, current)
      const marked = next === current ? current : this.#replace(kind, next, current)
      return { object: asKind<K>(marked), removed: false }
    }
    const { lastUpdate } = plan
    const last = lastUpdate === undefined ? current : this.#replace(kind, lastUpdate, current)
    return { object: asKind<K>(this.#remove(kind, last, last)), removed: true }
  }

  #write(kind: Kind, current: Stored, object: ApiObject, options: WriteOptions): Stored {
    const { name, resourceVersion } = object.metadata
    if (resourceVersion !== undefined && resourceVersion !== current.metadata.resourceVersion) {
      throw refusal.modifiedMeanwhile(kind, name)
    }
    const isStatus = options.subresource === 'status'
    const faults = isStatus ? validateUid(object.metadata, current.metadata) : []
    if (faults.length > 0) throw refusal.invalid(kind, current.metadata, faults)
    const prepared = freezeSharing(prepareUpdate(kind, current, object, options), current)
    const next = isStatus ? prepared : this.#admitUpdate(kind, prepared, object, current)
    if (next === current) return current
    if (isReadyToGo(kind, next)) return this.#remove(kind, next, current)
    if (isStatus || KINDS[kind].strategy.raisesGeneration?.(next, current) !== true) {
      return this.#replace(kind, next, current)
    }
    const generation = (current.metadata.generation ?? 0) + 1
    return this.#replace(kind, { ...next, metadata: { ...next.metadata, generation } }, current)
  }

  #admitUpdate(kind: Kind, prepared: Stored, asked: ApiObject, current: Stored): Stored {
    const defaulted = this.#admission.applyDefaults(prepared)
    const isService = kind === 'Service'
    const draft = freezeSharing(isService ? keepAddresses(defaulted, current) : defaulted, current)
    const faults = [
      ...validateMetadataUpdate(asked.metadata, current.metadata),
      ...this.#admission.validateUpdate(draft, current),
    ]
    if (faults.length > 0) throw refusal.invalid(kind, current.metadata, faults)
    return isService ? freezeSharing(this.#serviceAddresses.assign(draft, current), current) : draft
  }

  #replace(kind: Kind, next: Stored, current: Stored): Stored {
    const stored = this.#log.commit('MODIFIED', kind, next, current, current.metadata)
    if (kind === 'Service') this.#serviceAddresses.replace(current, stored)
    return stored
  }

  #remove(kind: Kind, last: Stored, current: Stored): Stored {
    if (kind === 'Service') this.#serviceAddresses.replace(current, undefined)
    return this.#log.commit('DELETED', kind, last, current, current.metadata)
  }

  #expireEvents(added: Stored): void {
    for (const { metadata } of this.#eventExpiry.add(added, this.#clock.wallMs())) {
      const present = this.#log.lookup('Event', metadata)
      if (present !== undefined && present.metadata.uid === metadata.uid) {
        this.#remove('Event', present, present)
      }
    }
  }

  #requireNamespace(kind: Kind, object: Incoming, namespace: string): void {
    const found = this.#find('Namespace', { name: namespace })
    if (found.metadata.deletionTimestamp === undefined) return
    const why = `unable to create new content in namespace ${namespace} because it is being terminated`
    throw refusal.forbidden(kind, object.metadata.name, why)
  }

  #chooseName(kind: Kind, { name, generateName: base }: ObjectMeta, namespace?: string): string {
    if (name || !base) return name ?? ''
    let chosen = generateName(base, this.#random)
    for (let attempt = 1; attempt < NAME_ATTEMPTS; attempt++) {
      if (this.#log.lookup(kind, { name: chosen, namespace }) === undefined) break
      chosen = generateName(base, this.#random)
    }
    return chosen
  }

  #find(kind: Kind, name: NameParts): Stored {
    const found = this.#log.lookup(kind, name)
    if (found === undefined) throw refusal.notFound(kind, name.name)
    return found
  }
}
