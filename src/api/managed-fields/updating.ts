import type { ApiObject } from '../meta.ts'
import { compareObjects } from './changes.ts'
import { difference, isEmptySet, union, type FieldSet } from './field-set.ts'
import {
  withFewUpdaters,
  withFields,
  withoutEmpty,
  withOwner,
  type Owner,
  type Owners,
} from './ownership.ts'
import { NEVER_OWNED } from './reset-fields.ts'
import { changesBetween, type ChangesIn, type Subject } from './subject.ts'

export interface Updating {
  readonly subject: Subject
  readonly live: ApiObject
  readonly next: ApiObject
  readonly owners: Owners
  /** Who updates; its fields so far are in `owners`. */
  readonly updater: Omit<Owner, 'fields' | 'entry'>
}

/**
 * Who has what after an update: the updater takes all that it changed, from whoever had it. Nobody
 * keeps what is gone. (structured-merge-diff, merge.Updater.Update; apimachinery, managedfields)
 */
export function ownersAfterUpdate(updating: Updating): Owners {
  const { subject, live, next, owners, updater } = updating
  const changes = changesBetween(subject, live, next, compareObjects)
  const left = withoutChanged(owners, changes)
  const own = changes(subject.apiVersion)
  if (own === undefined) return left
  const taken = difference(union(own.modified, own.added), NEVER_OWNED)
  if (isEmptySet(taken)) return withFewUpdaters(left)
  const before = left.get(updater.id)
  const fields = before === undefined ? taken : union(taken, before.fields)
  return withFewUpdaters(withOwner(left, { ...updater, fields }))
}

/** What each owner still has; versions that are gone have none. */
function withoutChanged(owners: Owners, changes: ChangesIn): Owners {
  const left = new Map<string, Owner>()
  let same = true
  for (const [id, owner] of owners) {
    const changed = changes(owner.apiVersion)
    const kept =
      changed === undefined
        ? undefined
        : withFields(owner, differenceOfAll(owner.fields, Object.values(changed)))
    if (kept !== undefined) left.set(id, kept)
    same &&= kept === owner
  }
  return same ? owners : withoutEmpty(left)
}

function differenceOfAll(fields: FieldSet, sets: readonly FieldSet[]): FieldSet {
  return sets.reduce(difference, fields)
}
