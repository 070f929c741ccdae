import { areEqual } from '../../base/equal-values.ts'
import { isFields, textOf } from '../../base/fields.ts'
import { ApiError } from '../api-error.ts'
import type { ApiObject } from '../meta.ts'
import { compareMerged } from './changes.ts'
import { conflictError, conflictsBesides, type Conflict } from './conflicts.ts'
import {
  difference,
  intersection,
  isEmptySet,
  recursiveDifference,
  union,
  type FieldSet,
} from './field-set.ts'
import { fieldsLastApplied, KUBECTL } from './last-applied.ts'
import { mergeValues } from './merge-values.ts'
import { fieldsOfValue } from './owned-fields.ts'
import { withFields, withoutEmpty, withOwner, type Owner, type Owners } from './ownership.ts'
import { prune } from './prune.ts'
import { NEVER_OWNED } from './reset-fields.ts'
import { shapeOfKind } from './shape.ts'
import { asObject, changesBetween, type Subject } from './subject.ts'
import { typedFaults } from './typed-faults.ts'

export interface Applying {
  readonly subject: Subject
  readonly live: ApiObject
  readonly config: ApiObject
  readonly owners: Owners
  /** Who applies; its fields so far are in `owners`. */
  readonly applier: Omit<Owner, 'fields' | 'entry' | 'time'>
  readonly force: boolean
  readonly time: string
}

export interface Applied {
  /** Still with the nulls that stand for what is absent; `live` itself when nothing changes. */
  readonly object: ApiObject
  readonly owners: Owners
}

/** (structured-merge-diff, merge.Updater.Apply; apimachinery, managedfields) */
export function applyTo(applying: Applying): Applied {
  const { subject, live, config, applier } = applying
  const shape = shapeOfKind(subject.apiVersion, subject.kind)
  requireMergeable(config, subject)
  const merged = mergeValues(shape, live, config)
  const owned = recursiveDifference(fieldsOfValue(shape, config), subject.reset)
  const owners = withOwner(applying.owners, { ...applier, fields: owned })
  const last = applying.owners.get(applier.id)
  const object = prune({ subject, merged: asObject(merged, live), owners, applier, last })
  const others = withoutTaken(applying, owners, object)
  const isSame = object === live || areEqual(object, live)
  return {
    object: isSame ? live : object,
    owners: withApplier(others, applying, { last, owned, isSame }),
  }
}

/** Every field is one that its kind has, and of a type that can be merged. Throws ApiError. */
export function requireMergeable(
  config: ApiObject,
  subject: Pick<Subject, 'apiVersion' | 'kind'>,
): void {
  const { apiVersion, kind, metadata } = config
  const faults = typedFaults(shapeOfKind(subject.apiVersion, subject.kind), config)
  if (faults.length === 0) return
  const text =
    faults.length === 1 ? faults[0] : `errors:\n${faults.map((each) => `  ${each}`).join('\n')}`
  const { namespace = '', name = '' } = isFields(metadata) ? metadata : {}
  const place = `${namespace}/${name}; ${groupVersionKind(apiVersion, kind)}`
  throw new ApiError('Unknown', `failed to create typed patch object (${place}): ${text}`)
}

/** As Go prints it: `/v1, Kind=Pod`, `apps/v1, Kind=Deployment`. */
export function groupVersionKind(apiVersion: unknown, kind: unknown): string {
  const version = textOf(apiVersion)
  return `${version.includes('/') ? version : `/${version}`}, Kind=${textOf(kind)}`
}

/** What the others still have, when what changes may be taken from them. */
function withoutTaken(applying: Applying, owners: Owners, object: ApiObject): Owners {
  const { subject, live, applier, force } = applying
  const changes = changesBetween(subject, live, object, compareMerged)
  const conflicts: Conflict[] = []
  const left = new Map<string, Owner>()
  for (const [id, owner] of owners) {
    const changed = id === applier.id ? undefined : changes(owner.apiVersion)
    if (changed === undefined) continue
    const fields = intersection(owner.fields, union(changed.modified, changed.added))
    if (!isEmptySet(fields)) conflicts.push({ owner, fields })
    left.set(id, withFields(owner, [fields, changed.removed].reduce(difference, owner.fields)))
  }
  if (!force) refuseConflicts(conflicts, applying)
  return withoutEmpty(left)
}

/** What kubectl applied by itself before is no conflict. */
function refuseConflicts(conflicts: readonly Conflict[], { applier, live }: Applying): void {
  if (conflicts.length === 0) return
  const allowed = applier.manager === KUBECTL ? fieldsLastApplied(live) : undefined
  const refused = allowed === undefined ? conflicts : conflictsBesides(conflicts, allowed)
  if (refused.length > 0) throw conflictError(refused)
}

interface Ending {
  readonly last: Owner | undefined
  readonly owned: FieldSet
  readonly isSame: boolean
}

/**
 * A configuration that changes nothing does not change the time of the applier, not even from none:
 * who comes to share what is there already has no time.
 */
function withApplier(others: Owners, applying: Applying, { last, owned, isSame }: Ending): Owners {
  const fields = difference(owned, NEVER_OWNED)
  if (isEmptySet(fields)) return others
  const { applier, time } = applying
  const when = isSame ? last?.time : time
  if (last !== undefined && when === last.time && last.apiVersion === applier.apiVersion) {
    if (areSameSets(last.fields, fields)) return withOwner(others, last)
  }
  return withOwner(others, { ...applier, fields, ...(when === undefined ? {} : { time: when }) })
}

function areSameSets(a: FieldSet, b: FieldSet): boolean {
  return isEmptySet(difference(a, b)) && isEmptySet(difference(b, a))
}
