import { invalid, type FieldFault } from './fault.ts'
import type { Field } from './field.ts'
import { checkNumber } from './field-checks.ts'
import { checkNotNegative } from './names.ts'

const DEPLOYMENT_COUNTS = [
  'observedGeneration',
  'replicas',
  'updatedReplicas',
  'readyReplicas',
  'availableReplicas',
  'unavailableReplicas',
  'collisionCount',
]
const REPLICA_SET_COUNTS = [
  'replicas',
  'fullyLabeledReplicas',
  'readyReplicas',
  'availableReplicas',
  'observedGeneration',
]

/** pkg/apis/apps/validation/validation.go, ValidateDeploymentStatusUpdate. */
export function validateDeploymentStatus(next: Field, previous: Field): readonly FieldFault[] {
  const status = next.field('status')
  const collisions = status.field('collisionCount')
  const before = previous.field('status', 'collisionCount').number
  const isLess = before !== undefined && (collisions.number ?? -1) < before
  return [
    ...validateNotNegative(status, DEPLOYMENT_COUNTS),
    ...validateParts(status, 'updatedReplicas'),
    ...(isLess ? [invalid(collisions, collisions.number ?? 0, 'cannot be decremented')] : []),
  ]
}

/** The same, ValidateReplicaSetStatusUpdate. */
export function validateReplicaSetStatus(next: Field): readonly FieldFault[] {
  const status = next.field('status')
  return [
    ...validateNotNegative(status, REPLICA_SET_COUNTS),
    ...validateParts(status, 'fullyLabeledReplicas'),
  ]
}

/** None of these fields may be below zero. */
export function validateNotNegative(
  status: Field,
  counts: readonly string[],
): readonly FieldFault[] {
  return counts.flatMap((count) => checkNumber(status.field(count), checkNotNegative))
}

/** Counts of a part of the pods are no greater than that of the whole. */
function validateParts(status: Field, first: string): readonly FieldFault[] {
  const whole = numberIn(status, 'replicas')
  const available = status.field('availableReplicas')
  const tooMany = [first, 'readyReplicas', 'availableReplicas']
    .map((count) => status.field(count))
    .filter(({ number = 0 }) => number > whole)
  const isBeyondReady = (available.number ?? 0) > numberIn(status, 'readyReplicas')
  return [
    ...tooMany.map((count) =>
      invalid(count, count.number ?? 0, 'cannot be greater than status.replicas'),
    ),
    ...(isBeyondReady
      ? [invalid(available, available.number ?? 0, 'cannot be greater than readyReplicas')]
      : []),
  ]
}

function numberIn(status: Field, count: string): number {
  return status.field(count).number ?? 0
}
