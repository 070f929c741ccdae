import { ApiError } from '../api/api-error.ts'
import { KINDS, type Kind, type ObjectOf } from '../api/kinds.ts'
import type { ApiObject, ObjectMeta } from '../api/meta.ts'
import type { Service } from '../api/service.ts'
import { SortedMap } from '../base/sorted-map.ts'
import { formatTimestamp } from '../base/timestamp.ts'
import type { Clock } from '../world/clock.ts'
import type { Random } from '../world/random.ts'
import { KUBERNETES_ADMISSION, type Admission } from './admission.ts'
import { isReadyToGo, planDeletion } from './deletion.ts'
import { freezeSharing } from './frozen.ts'
import { History, type StoredChange } from './history.ts'
import { generateName, newUid } from './identity.ts'
import { KIND_RULES } from './kind-rules.ts'
import { applyMergePatch } from './merge-patch.ts'
import { prepareNew, prepareUpdate, validateMetadataUpdate } from './preparation.ts'
import * as refusal from './refusals.ts'
import type {
  DeletionOptions,
  ObjectName,
  Selection,
  StoreEvent,
  WatchSelection,
  WriteOptions,
} from './request.ts'
import { keepAddresses, ServiceAddresses } from './service-addresses.ts'
import type { Incoming, Stored } from './stored.ts'
import { isSelected, Watches } from './watches.ts'

export interface StoreOptions {
  readonly clock: Clock
  readonly random: Random
  /** Default: Kubernetes' defaults and validation. */
  readonly admission?: Admission
  /** A watch from before the last so many changes has expired. Default 10,000. */
  readonly historyMax?: number
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
  readonly #objects = new Map<Kind, SortedMap<Stored>>()
  readonly #history: History
  readonly #watches: Watches
  readonly #serviceAddresses: ServiceAddresses
  #version = 0

  constructor({ clock, random, admission, historyMax = 10_000 }: StoreOptions) {
    this.#clock = clock
    this.#random = random
    this.#admission = admission ?? KUBERNETES_ADMISSION
    this.#history = new History(historyMax)
    this.#watches = new Watches(this.#history)
    this.#serviceAddresses = new ServiceAddresses(random)
    const metadata = { name: 'default' }
    this.create('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata })
  }

  get<K extends Kind>(kind: K, name: ObjectName): ObjectOf<K> {
    return asKind<K>(this.#find(kind, name))
  }

  /** Sorted by namespace and name. */
  list<K extends Kind>(
    kind: K,
    selection: Selection = {},
  ): { readonly items: readonly ObjectOf<K>[]; readonly resourceVersion: string } {
    return {
      items: this.#selected(kind, selection) as unknown as readonly ObjectOf<K>[],
      resourceVersion: String(this.#version),
    }
  }

  /** Listeners are told in a microtask, never during a call: see Watches for the order. */
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
    const fromNow = version === 0
    const fromHistory = version > this.#version ? undefined : this.#history.numberAfter(version)
    return this.#watches.add({
      kind,
      selection,
      present: fromNow ? this.#selected(kind, selection) : [],
      from: fromNow ? this.#history.end : fromHistory,
      onEvent: onEvent as (event: { readonly type: string; readonly object?: Stored }) => void,
    })
  }

  create<K extends Kind>(kind: K, object: ObjectOf<K>): ObjectOf<K> {
    requireKind(kind, object)
    if (object.metadata.resourceVersion !== undefined) {
      const message = 'resourceVersion should not be set on objects to be created'
      throw new ApiError('InternalError', message)
    }
    const namespace = KINDS[kind].namespaced ? (object.metadata.namespace ?? 'default') : undefined
    if (namespace !== undefined) this.#requireNamespace(kind, object, namespace)
    const prepared = prepareNew(kind, freezeSharing<ApiObject>(object), {
      name: this.#chooseName(kind, object.metadata, namespace),
      namespace,
      uid: newUid(this.#random),
      creationTimestamp: formatTimestamp(this.#clock.wallMs()),
    })
    const draft = freezeSharing(this.#admission.applyDefaults(prepared))
    const { name } = draft.metadata
    const faults = this.#admission.validate(draft)
    if (faults.length > 0) throw refusal.invalid(kind, draft.metadata, faults)
    if (this.#lookup(kind, { name, namespace }) !== undefined) {
      throw refusal.alreadyExists(kind, name)
    }
    const assigned = kind === 'Service' ? this.#assignAddresses(draft, undefined) : draft
    return asKind<K>(this.#commit('ADDED', kind, assigned, undefined))
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
    const current = this.#find(kind, name)
    const patched = applyMergePatch(current, patch) as ApiObject
    requireKind(kind, patched)
    requireSameName(patched.metadata, current.metadata)
    return asKind<K>(this.#write(kind, current, patched, options))
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
    switch (plan.action) {
      case 'mark':
        return { object: asKind<K>(this.#replace(kind, plan.object, current)), removed: false }
      case 'remove': {
        const last =
          plan.lastUpdate === undefined ? current : this.#replace(kind, plan.lastUpdate, current)
        return { object: asKind<K>(this.#commit('DELETED', kind, last, last)), removed: true }
      }
    }
  }

  #write(kind: Kind, current: Stored, object: ApiObject, options: WriteOptions): Stored {
    const { name, resourceVersion } = object.metadata
    if (resourceVersion !== undefined && resourceVersion !== current.metadata.resourceVersion) {
      throw refusal.modifiedMeanwhile(kind, name)
    }
    const prepared = freezeSharing(prepareUpdate(kind, current, object, options), current)
    const next =
      options.subresource === 'status'
        ? prepared
        : this.#admitUpdate(kind, prepared, object, current)
    if (next === current) return current
    if (isReadyToGo(kind, next as Stored)) return this.#commit('DELETED', kind, next, current)
    const raises = KIND_RULES[kind].raisesGeneration
    if (options.subresource === 'status' || raises?.(next as Stored, current) !== true) {
      return this.#commit('MODIFIED', kind, next, current)
    }
    const generation = (current.metadata.generation ?? 0) + 1
    const raised = { ...next, metadata: { ...next.metadata, generation } }
    return this.#commit('MODIFIED', kind, raised, current)
  }

  #admitUpdate(kind: Kind, prepared: Incoming, asked: ApiObject, current: Stored): Incoming {
    const defaulted = this.#admission.applyDefaults(prepared)
    const kept = kind === 'Service' ? keepAddressesOf(defaulted, current) : defaulted
    const draft = freezeSharing(kept, current)
    const faults = [
      ...validateMetadataUpdate(asked.metadata, current.metadata),
      ...this.#admission.validateUpdate(draft, current),
    ]
    if (faults.length > 0) throw refusal.invalid(kind, current.metadata, faults)
    return kind === 'Service' ? this.#assignAddresses(draft, current) : draft
  }

  /** An update by the server itself. */
  #replace(kind: Kind, next: Stored, current: Stored): Stored {
    const frozen = freezeSharing(next, current)
    return frozen === current ? current : this.#commit('MODIFIED', kind, frozen, current)
  }

  #assignAddresses(next: Incoming, previous: Stored | undefined): Incoming {
    const assigned = this.#serviceAddresses.assign(
      next as unknown as Service,
      previous as unknown as Service | undefined,
    )
    return freezeSharing(assigned as unknown as Incoming, previous)
  }

  /** The only place where anything changes: a new version, its object and its place in history. */
  #commit(
    type: StoredChange['type'],
    kind: Kind,
    next: Incoming,
    previous: Stored | undefined,
  ): Stored {
    this.#version += 1
    const version = this.#version
    const metadata = { ...next.metadata, resourceVersion: String(version) }
    const object = freezeSharing({ ...next, metadata }, next) as Stored
    const key = keyIn(kind, metadata)
    const table = this.#table(kind)
    if (type === 'DELETED') table.delete(key)
    else table.set(key, object)
    if (kind === 'Service') {
      const service = type === 'DELETED' ? undefined : (object as unknown as Service)
      this.#serviceAddresses.replace(previous as unknown as Service | undefined, service)
    }
    this.#history.append({ type, kind, version, object, previous })
    this.#watches.schedule()
    return object
  }

  #requireNamespace(kind: Kind, object: ApiObject, namespace: string): void {
    const found = this.#find('Namespace', { name: namespace })
    if (found.metadata.deletionTimestamp === undefined) return
    const why = `unable to create new content in namespace ${namespace} because it is being terminated`
    throw refusal.forbidden(kind, object.metadata.name, why)
  }

  #chooseName(kind: Kind, { name, generateName: base }: ObjectMeta, namespace?: string): string {
    if (name || !base) return name ?? ''
    let chosen = ''
    for (let attempt = 0; attempt < NAME_ATTEMPTS; attempt++) {
      chosen = generateName(base, this.#random)
      if (this.#lookup(kind, { name: chosen, namespace }) === undefined) break
    }
    return chosen
  }

  #selected(kind: Kind, selection: Selection): readonly Stored[] {
    const all = this.#table(kind).list()
    const { namespace, labelSelector } = selection
    if (namespace === undefined && labelSelector === undefined) return all
    return all.filter((object) => isSelected(object, selection))
  }

  #find(kind: Kind, name: ObjectName): Stored {
    const found = this.#lookup(kind, name)
    if (found === undefined) throw refusal.notFound(kind, name.name)
    return found
  }

  #lookup(kind: Kind, name: NameParts): Stored | undefined {
    return this.#table(kind).get(keyIn(kind, name))
  }

  #table(kind: Kind): SortedMap<Stored> {
    let table = this.#objects.get(kind)
    if (table === undefined) this.#objects.set(kind, (table = new SortedMap()))
    return table
  }
}

interface NameParts {
  readonly namespace?: string | undefined
  readonly name: string
}

function keyIn(kind: Kind, { namespace = 'default', name }: NameParts): string {
  return KINDS[kind].namespaced ? `${namespace}/${name}` : name
}

function asKind<K extends Kind>(object: Stored): ObjectOf<K> {
  return object as unknown as ObjectOf<K>
}

function keepAddressesOf(next: Incoming, previous: Stored): Incoming {
  const kept = keepAddresses(next as unknown as Service, previous as unknown as Service)
  return kept as unknown as Incoming
}

/** Objects out of a list may lack both fields, as Kubernetes' own do. */
function requireKind(kind: Kind, object: Partial<ApiObject>): void {
  const expected = KINDS[kind].apiVersion
  if (object.apiVersion !== undefined && object.apiVersion !== expected) {
    const message = `the API version in the data (${object.apiVersion}) does not match the expected API version (${expected})`
    throw new ApiError('BadRequest', message)
  }
  if (object.kind !== undefined && object.kind !== kind) {
    const message = `the object provided is unrecognized (must be of type ${kind}, not ${object.kind})`
    throw new ApiError('BadRequest', message)
  }
}

function requireSameName(patched: ObjectMeta, current: ObjectMeta): void {
  if (patched.name !== current.name) {
    const message = `the name of the object (${patched.name}) does not match the name on the URL (${current.name})`
    throw new ApiError('BadRequest', message)
  }
  if (patched.namespace !== current.namespace) {
    const message =
      'the namespace of the provided object does not match the namespace sent on the request'
    throw new ApiError('BadRequest', message)
  }
}

function requirePreconditions(
  kind: Kind,
  { metadata }: Stored,
  { preconditions = {} }: DeletionOptions,
): void {
  const { uid, resourceVersion } = preconditions
  if (uid !== undefined && uid !== metadata.uid) {
    const values = { wanted: uid, found: metadata.uid }
    throw refusal.preconditionFailed(kind, metadata.name, 'UID', values)
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    const values = { wanted: resourceVersion, found: metadata.resourceVersion }
    throw refusal.preconditionFailed(kind, metadata.name, 'ResourceVersion', values)
  }
}
