import { areEqual } from '../../base/equal-values.ts'
import { forbidden, invalid, required, type FieldFault } from './fault.ts'
import type { Field } from './field.ts'
import { validateImages } from './container.ts'
import { checkRange } from './names.ts'
import { validateAnnotationUpdate } from './pod-annotations.ts'
import { validateTolerations } from './scheduling.ts'

const UPDATE_RULE =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'
const DEADLINE_SECONDS_MAX = 2 ** 31 - 1
const LISTS = ['containers', 'initContainers']

/**
 * pkg/apis/core/validation/validation.go, ValidatePodUpdate. Kubernetes says behind its rule what differs, in the form of
 * a Go library that is not to be relied on; that part is left out.
 * A pod that is not on a node yet may be put on one: that is what binding does.
 */
export function validatePodUpdate(next: Field, previous: Field): readonly FieldFault[] {
  const [after, before] = [next.field('spec'), previous.field('spec')]
  const images = LISTS.flatMap((list) => validateNewImages(after.field(list)))
  const resized = LISTS.map((list) => after.field(list)).find(
    (list, index) => list.items.length !== before.field(LISTS[index] ?? '').items.length,
  )
  const annotations = validateAnnotationUpdate(next, previous)
  if (resized !== undefined) {
    return [...annotations, forbidden(resized, 'pod updates may not add or remove containers')]
  }
  const deadline = validateDeadline(
    after.field('activeDeadlineSeconds'),
    before.field('activeDeadlineSeconds'),
  )
  if (deadline.isFinal) return [...annotations, ...images, ...deadline.faults]
  return [
    ...annotations,
    ...images,
    ...deadline.faults,
    ...validateKeptTolerations(after.field('tolerations'), before.field('tolerations')),
    ...validateGates(after.field('schedulingGates'), before.field('schedulingGates')),
    ...validateFixedPart(after, before),
  ]
}

function validateNewImages(containers: Field): readonly FieldFault[] {
  const missing = containers.items
    .map((container) => container.field('image'))
    .filter(({ text }) => text === '')
  return [...missing.map((image) => required(image)), ...validateImages(containers)]
}

/** It may be set, and lowered. */
function validateDeadline(
  next: Field,
  previous: Field,
): { readonly faults: readonly FieldFault[]; readonly isFinal: boolean } {
  const [after, before] = [next.number, previous.number]
  if (after === undefined) {
    const detail = 'must not update from a positive integer to nil value'
    return { faults: before === undefined ? [] : [invalid(next, null, detail)], isFinal: false }
  }
  const [outOfRange] = checkRange(after, 0, DEADLINE_SECONDS_MAX)
  if (outOfRange !== undefined) {
    return { faults: [invalid(next, after, outOfRange)], isFinal: true }
  }
  if (before === undefined || before >= after) return { faults: [], isFinal: false }
  const detail = 'must be less than or equal to previous value'
  return { faults: [invalid(next, after, detail)], isFinal: true }
}

function untimed(toleration: Field): object {
  const fields = toleration.entries.map(([key, { value }]) => [key, value] as const)
  return { ...Object.fromEntries(fields), tolerationSeconds: undefined }
}

/** Tolerations may be added, and their time may change. */
function validateKeptTolerations(next: Field, previous: Field): readonly FieldFault[] {
  const isKept = previous.items.every((before) =>
    next.items.some((after) => areEqual(untimed(after), untimed(before))),
  )
  if (isKept) return validateTolerations(next)
  return [forbidden(next, 'existing toleration can not be modified except its tolerationSeconds')]
}

function validateGates(next: Field, previous: Field): readonly FieldFault[] {
  const known = previous.items.map((gate) => gate.field('name').text)
  return next.items
    .map((gate) => gate.field('name'))
    .filter(({ text }) => !known.includes(text))
    .map((name) =>
      forbidden(name, `only deletion is allowed, but found new scheduling gate '${name.text}'`),
    )
}

function validateFixedPart(next: Field, previous: Field): readonly FieldFault[] {
  if (next.value === previous.value) return []
  const isGated = previous.field('schedulingGates').items.length > 0
  const selector = next.field('nodeSelector')
  const removed = previous
    .field('nodeSelector')
    .entries.some(([key, value]) => selector.field(key).value !== value.value)
  const detail = 'only additions to spec.nodeSelector are allowed (no mutations or deletions)'
  const isSame = areEqual(fixedPart(next, previous), fixedPart(previous, previous))
  return [
    ...(isGated && removed ? [invalid(selector, selector.value, detail)] : []),
    ...(isSame ? [] : [forbidden(next, UPDATE_RULE)]),
  ]
}

/** Where a pod may go may still change as long as it is held back (https://kubernetes.io/docs/concepts/scheduling-eviction/pod-scheduling-readiness/). */
function fixedPart(spec: Field, previous: Field): object {
  const fields = Object.fromEntries(spec.entries.map(([key, { value }]) => [key, value]))
  const isBound = previous.field('nodeName').text !== ''
  const isGated = previous.field('schedulingGates').items.length > 0
  const grace = spec.field('terminationGracePeriodSeconds').number
  const mended = (previous.field('terminationGracePeriodSeconds').number ?? 0) < 0 && grace === 1
  return {
    ...fields,
    activeDeadlineSeconds: undefined,
    tolerations: undefined,
    schedulingGates: undefined,
    nodeName: isBound ? fields['nodeName'] : undefined,
    ...(isGated ? { nodeSelector: undefined, affinity: undefined } : {}),
    ...(mended
      ? { terminationGracePeriodSeconds: previous.field('terminationGracePeriodSeconds').value }
      : {}),
    containers: spec.field('containers').items.map(withoutImage),
    initContainers: spec.field('initContainers').items.map(withoutImage),
  }
}

function withoutImage(container: Field): object {
  const fields = container.entries.map(([key, { value }]) => [key, value] as const)
  return { ...Object.fromEntries(fields), image: undefined }
}
