import { ApiError } from '../api/api-error.ts'
import { KINDS, type Kind } from '../api/kinds.ts'
import type { ManagedFieldsEntry, ObjectMeta } from '../api/meta.ts'
import { formatTimestamp, parseTimestamp } from '../base/timestamp.ts'
import type { Clock } from '../world/clock.ts'
import type { Random } from '../world/random.ts'
import type { Admission } from './admission.ts'
import { AdmissionPlugins } from './admission-plugins.ts'
import { isReadyToGo } from './deletion.ts'
import { EventExpiry } from './event-expiry.ts'
import { freezeSharing } from './frozen.ts'
import { generateName, newUid } from './identity.ts'
import type { ObjectLog } from './object-log.ts'
import { ownersAfter, withoutNewTimes } from './ownership.ts'
import { partOf, prepareNew, prepareUpdate, validateMetadataUpdate } from './preparation.ts'
import * as refusal from './refusals.ts'
import { requireNewVersion, requireVersion } from './request-checks.ts'
import type { CreationOptions, WriteOptions } from './request.ts'
import { ServiceAddresses } from './service-addresses.ts'
import { asStored, type Incoming, type Stored } from './stored.ts'

export interface ObjectWriterOptions {
  readonly log: ObjectLog
  readonly clock: Clock
  readonly random: Random
  readonly admission: Admission
  readonly eventsMax: number
  readonly requireServiceAccounts: boolean
}

/** Owners that somebody has computed already; otherwise they follow from the write. */
export interface KnownOwners {
  readonly managedFields: readonly ManagedFieldsEntry[]
}

/** Both forms in which a request says an object. */
interface Request {
  readonly asked: Incoming
  /** The same with Kubernetes' defaults. */
  readonly filled: Incoming
}

/** Names that are generated are tried this often before a collision is an answer. */
const NAME_ATTEMPTS = 8

/** The way of an object into the log: what is filled in, checked, allocated and refused. */
export class ObjectWriter {
  readonly #log: ObjectLog
  readonly #clock: Clock
  readonly #random: Random
  readonly #admission: Admission
  readonly #plugins: AdmissionPlugins
  readonly #serviceAddresses: ServiceAddresses
  readonly #eventExpiry: EventExpiry

  constructor(options: ObjectWriterOptions) {
    this.#log = options.log
    this.#clock = options.clock
    this.#random = options.random
    this.#admission = options.admission
    this.#plugins = new AdmissionPlugins(options.log, options)
    this.#serviceAddresses = new ServiceAddresses(options.random)
    this.#eventExpiry = new EventExpiry(options.eventsMax)
    this.#takeUp()
  }

  now(): string {
    return formatTimestamp(this.#clock.wallMs())
  }

  make(kind: Kind, object: Incoming, options: CreationOptions, owners?: KnownOwners): Stored {
    const { dryRun = false } = options
    const namespace = KINDS[kind].namespaced ? (object.metadata.namespace ?? 'default') : undefined
    if (namespace !== undefined) this.#requireNamespace(kind, object, namespace)
    const creationTimestamp = this.now()
    const name = this.#chooseName(kind, object.metadata, namespace)
    const identity = { name, namespace, uid: newUid(this.#random), creationTimestamp }
    const { apiVersion } = KINDS[kind]
    const metadata = { ...object.metadata, name, ...(namespace === undefined ? {} : { namespace }) }
    const asked = freezeSharing<Incoming>({ ...object, apiVersion, kind, metadata })
    // Each step shares what it leaves alone with the one before, so that only changes are looked at again.
    const filled = freezeSharing(this.#admission.applyDefaults(asked), asked)
    const managedFields =
      owners === undefined
        ? ownersAfter(undefined, { filled, asked }, options, creationTimestamp)
        : owners.managedFields
    const admitted = this.#plugins.admitNew(kind, filled, object.metadata)
    const prepared = prepareNew(kind, admitted, identity, managedFields)
    const addressed =
      kind === 'Service' ? this.#serviceAddresses.assignNew(prepared, asked, dryRun) : prepared
    const draft = freezeSharing(addressed, filled)
    const faults = this.#admission.validate(draft)
    if (faults.length > 0) throw refusal.invalid(kind, draft.metadata, faults)
    this.#requireUnused(kind, object.metadata, identity)
    if (dryRun) return asStored(draft)
    const stored = this.#log.commit('ADDED', kind, draft, undefined, identity)
    if (kind === 'Service') this.#serviceAddresses.replace(undefined, stored)
    this.#expireEvents(kind === 'Event' ? stored : undefined)
    return stored
  }

  write(
    kind: Kind,
    current: Stored,
    object: Incoming,
    options: WriteOptions,
    owners?: KnownOwners,
  ): Stored {
    requireVersion(kind, object.metadata, current.metadata)
    const { dryRun = false } = options
    const { apiVersion } = KINDS[kind]
    // No finalizers at all is what a namespace controller means in the end, not a field left out.
    const spec = options.subresource === 'finalize' ? { spec: object.spec ?? {} } : {}
    const asked = freezeSharing<Incoming>({ ...object, apiVersion, kind, ...spec }, current)
    const part = partOf(kind, options.subresource)
    const whole = this.#admission.applyDefaults(asked)
    const next =
      part === undefined ? whole : { ...whole, spec: part.take({ ...whole }, { ...current }) }
    const filled = freezeSharing(next, current)
    const managedFields =
      owners === undefined
        ? ownersAfter(current, { filled, asked }, options, this.now())
        : owners.managedFields
    const draft = this.#draft(kind, current, { filled, asked }, options, managedFields)
    const isManaged = options.manager !== undefined || owners !== undefined
    const last = isManaged ? withoutNewTimes(draft, current) : draft
    if (last === current) return current
    if (isReadyToGo(kind, last)) {
      if (!dryRun) this.remove(kind, current)
      return last
    }
    const isStatus = options.subresource === 'status'
    if (isStatus || KINDS[kind].strategy.raisesGeneration?.(last, current) !== true) {
      return this.replace(kind, last, current, dryRun)
    }
    const generation = (current.metadata.generation ?? 0) + 1
    const metadata = { ...last.metadata, generation }
    return this.replace(kind, { ...last, metadata }, current, dryRun)
  }

  /** The next version, checked; `current` itself when nothing changes. */
  #draft(
    kind: Kind,
    current: Stored,
    { filled, asked }: Request,
    options: WriteOptions,
    managedFields: readonly ManagedFieldsEntry[] | undefined,
  ): Stored {
    const isStatus = options.subresource === 'status'
    const part = partOf(kind, options.subresource)
    const isWhole = !isStatus && part === undefined
    const admitted = !isWhole ? filled : this.#plugins.admitUpdate(kind, filled, current)
    const prepared = prepareUpdate(kind, current, admitted, options, managedFields)
    const addressed =
      kind === 'Service' && !isStatus
        ? this.#serviceAddresses.assignUpdate(prepared, current, asked, options.dryRun === true)
        : prepared
    const draft = freezeSharing(asStored(addressed), current)
    const inMetadata = validateMetadataUpdate(asked.metadata, current.metadata)
    const inObject =
      part === undefined
        ? this.#checkUpdate(draft, current, options)
        : part.check({ ...draft }, { ...current })
    // Kubernetes looks at the metadata twice, for all kinds alike and for each in its own way.
    const faults = [...inMetadata, ...inMetadata, ...inObject]
    if (faults.length > 0) throw refusal.invalid(kind, current.metadata, faults)
    return draft
  }

  #checkUpdate(draft: Stored, current: Stored, { subresource }: WriteOptions) {
    if (subresource === 'status') return this.#admission.validateStatusUpdate(draft, current)
    if (subresource === 'finalize') return this.#admission.validateFinalizeUpdate(draft, current)
    return this.#admission.validateUpdate(draft, current)
  }

  replace(kind: Kind, next: Stored, current: Stored, dryRun: boolean): Stored {
    if (dryRun) return freezeSharing(next, current)
    const stored = this.#log.commit('MODIFIED', kind, next, current, current.metadata)
    if (kind === 'Service') this.#serviceAddresses.replace(current, stored)
    // An Event that goes on begins its hour anew.
    this.#expireEvents(kind === 'Event' ? stored : undefined)
    return stored
  }

  remove(kind: Kind, current: Stored): Stored {
    const removed = this.#log.commit('DELETED', kind, current, current, current.metadata)
    if (kind === 'Service') {
      this.#serviceAddresses.replace(current, undefined)
      // So that a Service of the same name does not begin with the endpoints of this one.
      const endpoints = this.#log.lookup('Endpoints', current.metadata)
      if (endpoints !== undefined && (endpoints.metadata.finalizers ?? []).length === 0) {
        this.#removeIfPossible('Endpoints', endpoints)
      }
    }
    return removed
  }

  /** What an earlier life of the store has left is known here too. */
  #takeUp(): void {
    for (const service of this.#log.selected('Service', {})) {
      this.#serviceAddresses.replace(undefined, service)
    }
    const events = this.#log.selected('Event', {}).map((event) => ({
      event,
      createdAtMs: parseTimestamp(event.metadata.creationTimestamp) ?? 0,
    }))
    for (const { event, createdAtMs } of events.toSorted((a, b) => a.createdAtMs - b.createdAtMs)) {
      this.#eventExpiry.add(event, createdAtMs)
    }
  }

  #expireEvents(told: Stored | undefined): void {
    const nowMs = this.#clock.wallMs()
    if (told !== undefined) this.#eventExpiry.add(told, nowMs)
    for (const { resourceVersion, ...name } of this.#eventExpiry.takeExpired(nowMs)) {
      const present = this.#log.lookup('Event', name)
      // Another object of its name, or a newer version, has an hour of its own.
      const isSame = present?.metadata.resourceVersion === resourceVersion
      if (present === undefined || !isSame) continue
      this.#removeIfPossible('Event', present)
    }
  }

  /** The write that asks for it is done already, which is what its writer has to hear, also of a full disk. */
  #removeIfPossible(kind: Kind, current: Stored): void {
    try {
      this.remove(kind, current)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
    }
  }

  #requireNamespace(kind: Kind, { metadata }: Incoming, namespace: string): void {
    const found = this.#log.lookup('Namespace', { name: namespace })
    if (found === undefined) throw refusal.notFound('Namespace', namespace)
    if (found.metadata.deletionTimestamp === undefined) return
    const name = metadata.name || metadata.generateName || 'Unknown'
    throw refusal.namespaceTerminating(kind, name, namespace)
  }

  #requireUnused(
    kind: Kind,
    asked: ObjectMeta,
    identity: { readonly name: string; readonly namespace: string | undefined },
  ): void {
    requireNewVersion(asked)
    const present = this.#log.lookup(kind, identity)
    if (present === undefined) return
    throw refusal.alreadyExists(kind, identity.name, {
      isGoing: present.metadata.deletionTimestamp !== undefined,
      isGenerated: !asked.name && Boolean(asked.generateName),
    })
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
}
