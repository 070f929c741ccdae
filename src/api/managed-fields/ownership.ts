import { compareTexts } from '../../base/compare-texts.ts'
import type { ManagedFieldsEntry } from '../meta.ts'
import {
  asDecoded,
  decodeFieldSet,
  inOrder,
  isEmptySet,
  union,
  type FieldSet,
} from './field-set.ts'

/** What one manager has. Two requests of one manager share an owner when their `ownerId` is equal. */
export interface Owner {
  readonly id: string
  readonly manager: string
  readonly operation: 'Apply' | 'Update'
  readonly apiVersion: string
  readonly subresource?: string
  readonly time?: string
  readonly fields: FieldSet
  /** The entry that says just this. */
  readonly entry?: ManagedFieldsEntry
}

export type Owners = ReadonlyMap<string, Owner>

export const NO_OWNERS: Owners = new Map()

/**
 * Whose an entry is. An applier keeps its fields over versions of the API, an updater does not.
 * As Kubernetes spells it, for the order of conflicts follows from it.
 */
export function ownerId(entry: Pick<ManagedFieldsEntry, keyof ManagedFieldsEntry>): string {
  const { manager = '', operation = '', apiVersion = '', subresource = '' } = entry
  return JSON.stringify({
    ...(manager === '' ? {} : { manager }),
    ...(operation === '' ? {} : { operation }),
    ...(apiVersion === '' || operation === 'Apply' ? {} : { apiVersion }),
    ...(subresource === '' ? {} : { subresource }),
  })
}

const DECODED = new WeakMap<object, Owners>()

/** Undefined when Kubernetes could not read them. What a store keeps is read once. */
export function decodeOwners(entries: readonly ManagedFieldsEntry[] = []): Owners | undefined {
  const known = DECODED.get(entries)
  if (known !== undefined) return known
  const owners = ownersOf(entries)
  const isKept = Object.isFrozen(entries) && entries.every((entry) => Object.isFrozen(entry))
  if (isKept && owners !== undefined) DECODED.set(entries, owners)
  return owners
}

function ownersOf(entries: readonly ManagedFieldsEntry[]): Owners | undefined {
  const owners = new Map<string, Owner>()
  for (const entry of entries) {
    const { manager = '', operation, apiVersion = '', fieldsType, subresource, time } = entry
    const fields = decodeFieldSet(entry.fieldsV1)
    if (operation !== 'Apply' && operation !== 'Update') return undefined
    if (apiVersion === '' || fieldsType !== 'FieldsV1' || fields === undefined) return undefined
    const id = ownerId(entry)
    owners.set(id, {
      id,
      manager,
      operation,
      apiVersion,
      fields,
      ...(subresource === undefined ? {} : { subresource }),
      ...(time === undefined ? {} : { time }),
      entry,
    })
  }
  return owners
}

/** Appliers first, then by time and name. */
export function encodeOwners(owners: Owners): readonly ManagedFieldsEntry[] {
  return [...owners.values()].toSorted(compareOwners).map(entryOf)
}

function entryOf(owner: Owner): ManagedFieldsEntry {
  if (owner.entry !== undefined) return owner.entry
  return {
    ...(owner.manager === '' ? {} : { manager: owner.manager }),
    operation: owner.operation,
    apiVersion: owner.apiVersion,
    ...(owner.time === undefined ? {} : { time: owner.time }),
    fieldsType: 'FieldsV1',
    fieldsV1: asDecoded(inOrder(owner.fields)),
    ...(owner.subresource === undefined ? {} : { subresource: owner.subresource }),
  }
}

function compareOwners(a: Owner, b: Owner): number {
  return (
    compareTexts(a.operation, b.operation) ||
    compareTexts(a.time ?? '', b.time ?? '') ||
    compareTexts(a.manager, b.manager) ||
    compareTexts(a.apiVersion, b.apiVersion) ||
    compareTexts(a.subresource ?? '', b.subresource ?? '')
  )
}

/** The owner with other fields; itself when they are the same. */
export function withFields(owner: Owner, fields: FieldSet): Owner {
  if (fields === owner.fields) return owner
  const { entry: _entry, ...rest } = owner
  return { ...rest, fields }
}

export function withOwner(owners: Owners, owner: Owner): Owners {
  return new Map(owners).set(owner.id, owner)
}

/** Kubernetes' bound for managers that update; the fields of the oldest go to one owner. */
const UPDATERS_MAX = 10

/** https://kubernetes.io/docs/reference/using-api/server-side-apply/#managers */
export function withFewUpdaters(owners: Owners): Owners {
  const updaters = [...owners.values()].filter(({ operation }) => operation === 'Update')
  if (updaters.length <= UPDATERS_MAX) return owners
  const oldestFirst = updaters.toSorted(
    (a, b) => compareTexts(a.time ?? '', b.time ?? '') || compareTexts(a.id, b.id),
  )
  const left = new Map(owners)
  const firsts = new Map<string, Owner>()
  let count = updaters.length
  for (const owner of oldestFirst) {
    if (count <= UPDATERS_MAX) break
    const first = firsts.get(owner.apiVersion)
    if (first === undefined) {
      firsts.set(owner.apiVersion, owner)
      continue
    }
    const bucket = ancientOwner(owner.apiVersion)
    const before = left.get(bucket.id) ?? first
    left.delete(before.id)
    left.delete(owner.id)
    const fields = union(owner.fields, before.fields)
    left.set(bucket.id, {
      ...bucket,
      fields,
      ...(owner.time === undefined ? {} : { time: owner.time }),
    })
    count -= 1
  }
  return left
}

function ancientOwner(apiVersion: string): Omit<Owner, 'fields' | 'time'> {
  const owner = { manager: 'ancient-changes', operation: 'Update', apiVersion } as const
  return { id: ownerId(owner), ...owner }
}

export function withoutEmpty(owners: Owners): Owners {
  if ([...owners.values()].every(({ fields }) => !isEmptySet(fields))) return owners
  return new Map([...owners].filter(([, { fields }]) => !isEmptySet(fields)))
}
