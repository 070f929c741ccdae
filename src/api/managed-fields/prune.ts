import type { ApiObject } from '../meta.ts'
import {
  difference,
  intersection,
  isEmptySet,
  NO_FIELDS,
  union,
  type FieldSet,
} from './field-set.ts'
import { fieldsOfValue, withNamedFields } from './owned-fields.ts'
import type { Owner, Owners } from './ownership.ts'
import { removeFields } from './remove-fields.ts'
import { shapeOfKind, type Shape } from './shape.ts'
import { asObject, inVersion, type Subject } from './subject.ts'

export interface Pruning {
  readonly subject: Subject
  readonly merged: ApiObject
  /** With what the applier owns from now on. */
  readonly owners: Owners
  readonly applier: Pick<Owner, 'id'>
  /** What the applier owned until now. */
  readonly last: Owner | undefined
}

/**
 * The object without what its applier applied the last time, does not apply any more, and nobody
 * else has. https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 * (structured-merge-diff, merge.Updater.prune)
 */
export function prune({ subject, merged, owners, applier, last }: Pruning): ApiObject {
  const owned = owners.get(applier.id)?.fields ?? NO_FIELDS
  if (last === undefined || isEmptySet(difference(last.fields, owned))) return merged
  const whole = inVersion(subject, merged, last.apiVersion)
  if (whole === undefined) return merged
  const shape = shapeOfKind(last.apiVersion, subject.kind)
  const lastNamed = withNamedFields(shape, last.fields)
  const bare = asObject(removeFields(shape, whole, lastNamed), whole)
  const kept = inVersion(subject, withOwned(subject, whole, bare, owners), last.apiVersion)
  if (kept === undefined) return merged
  // Only what was the applier's goes; what nobody has stays.
  const gone = difference(namedFields(shape, whole), namedFields(shape, kept))
  const pruned = asObject(removeFields(shape, whole, intersection(gone, lastNamed)), whole)
  return pruned === whole ? merged : (inVersion(subject, pruned, subject.apiVersion) ?? merged)
}

/** `bare` with all that is in `whole` and owned by somebody. */
function withOwned(subject: Subject, whole: ApiObject, bare: ApiObject, owners: Owners): ApiObject {
  let kept = bare
  for (const [version, managed] of managedByVersion(owners, bare.apiVersion)) {
    const all = inVersion(subject, whole, version)
    const some = inVersion(subject, kept, version)
    if (all === undefined || some === undefined) continue
    const shape = shapeOfKind(version, subject.kind)
    const wanted = union(namedFields(shape, some), withNamedFields(shape, managed))
    kept = asObject(removeFields(shape, all, difference(namedFields(shape, all), wanted)), all)
  }
  return kept
}

/** What all owners together have in each version, beginning with `first`. */
function managedByVersion(owners: Owners, first: string): ReadonlyMap<string, FieldSet> {
  const found = new Map<string, FieldSet>([[first, NO_FIELDS]])
  for (const { apiVersion, fields } of owners.values()) {
    found.set(apiVersion, union(found.get(apiVersion) ?? NO_FIELDS, fields))
  }
  return found
}

function namedFields(shape: Shape, object: ApiObject): FieldSet {
  return withNamedFields(shape, fieldsOfValue(shape, object))
}
