import { areEqual } from '../../base/equal-values.ts'
import type { ConfigMap } from '../core.ts'
import type { LabelSelector } from '../selector.ts'
import { forbidden, invalid, type Draft, type FieldFault, type FieldPath } from './fault.ts'

const SET_RULE = 'field is immutable when `immutable` is set'

/** The selector of a Deployment or ReplicaSet never changes. */
export function validateSelectorUpdate(
  next: Draft<LabelSelector> | undefined,
  previous: Draft<LabelSelector> | undefined,
  at: FieldPath,
): readonly FieldFault[] {
  return areEqual(next, previous) ? [] : [invalid(at, next, 'field is immutable')]
}

export function validateConfigMapUpdate(
  next: Draft<ConfigMap>,
  previous: Draft<ConfigMap>,
  at: FieldPath,
): readonly FieldFault[] {
  if (previous.immutable !== true) return []
  return [
    ...(next.immutable === true ? [] : [forbidden(at.child('immutable'), SET_RULE)]),
    ...(areEqual(next.data ?? {}, previous.data ?? {})
      ? []
      : [forbidden(at.child('data'), SET_RULE)]),
    ...(areEqual(next.binaryData ?? {}, previous.binaryData ?? {})
      ? []
      : [forbidden(at.child('binaryData'), SET_RULE)]),
  ]
}
