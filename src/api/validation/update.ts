import type { ConfigMap } from '../core.ts'
import type { Container, PodSpec } from '../pod.ts'
import type { LabelSelector } from '../selector.ts'
import type { ServiceSpec } from '../service.ts'
import { forbidden, invalid, type Draft, type FieldFault, type FieldPath } from './fault.ts'

const POD_UPDATE_RULE =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'

const SET_RULE = 'field is immutable when `immutable` is set'

/** The selector of a Deployment or ReplicaSet never changes. */
export function validateSelectorUpdate(
  next: Draft<LabelSelector> | undefined,
  previous: Draft<LabelSelector> | undefined,
  at: FieldPath,
): readonly FieldFault[] {
  return isEqual(next, previous) ? [] : [invalid(at, next, 'field is immutable')]
}

/** An address is kept as long as the Service has one; leaving it out keeps it too. */
export function validateServiceUpdate(
  next: Draft<ServiceSpec> = {},
  previous: Draft<ServiceSpec> = {},
  at: FieldPath,
): readonly FieldFault[] {
  const [before, after] = [previous.clusterIP ?? '', next.clusterIP ?? '']
  const becomesName = next.type === 'ExternalName' || previous.type === 'ExternalName'
  if (before === '' || after === '' || before === after || becomesName) return []
  const fault = invalid(at.child('clusterIPs').item(0), [after], 'may not change once set')
  return [{ ...fault, pointer: at.child('clusterIP').pointer }]
}

export function validateConfigMapUpdate(
  next: Draft<ConfigMap>,
  previous: Draft<ConfigMap>,
  at: FieldPath,
): readonly FieldFault[] {
  if (previous.immutable !== true) return []
  return [
    ...(next.immutable === true ? [] : [forbidden(at.child('immutable'), SET_RULE)]),
    ...(isEqual(next.data ?? {}, previous.data ?? {})
      ? []
      : [forbidden(at.child('data'), SET_RULE)]),
    ...(isEqual(next.binaryData ?? {}, previous.binaryData ?? {})
      ? []
      : [forbidden(at.child('binaryData'), SET_RULE)]),
  ]
}

/** A pod that is not on a node yet may be put on one: that is what binding does. */
export function validatePodUpdate(
  next: Draft<PodSpec> = {},
  previous: Draft<PodSpec> = {},
  at: FieldPath,
): readonly FieldFault[] {
  const lists = ['containers', 'initContainers'] as const
  const resized = lists.filter((list) => next[list]?.length !== previous[list]?.length)
  if (resized.length > 0) {
    return resized.map((list) =>
      forbidden(at.child(list), 'pod updates may not add or remove containers'),
    )
  }
  const isBound = (previous.nodeName ?? '') !== ''
  return isEqual(fixedPart(next, isBound), fixedPart(previous, isBound))
    ? []
    : [forbidden(at, POD_UPDATE_RULE)]
}

function fixedPart(spec: Draft<PodSpec>, isBound: boolean): Draft<PodSpec> {
  const { containers, initContainers, nodeName, ...rest } = spec
  return {
    ...rest,
    activeDeadlineSeconds: undefined,
    tolerations: undefined,
    nodeName: isBound ? nodeName : undefined,
    containers: containers?.map(withoutImage),
    initContainers: initContainers?.map(withoutImage),
  }
}

function withoutImage(container: Draft<Container>): Draft<Container> {
  return { ...container, image: undefined }
}

/** Equality of JSON values, where undefined is the same as absent. */
function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (!isObject(a) || !isObject(b) || Array.isArray(a) !== Array.isArray(b)) return false
  const keys = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...keys].every((key) => isEqual(a[key], b[key]))
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
