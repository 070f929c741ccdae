import { parseIp } from '../addresses.ts'
import { validateIp } from './addresses.ts'
import { duplicate, forbidden, invalid, type FieldFault } from './fault.ts'
import type { Field } from './field.ts'
import { checkNumber } from './field-checks.ts'
import { validateAnnotationUpdate } from './pod-annotations.ts'
import { checkQualifiedName, checkSubdomain, checkUnixId } from './names.ts'

/** The kubelet's own, of any spelling. */
const SYSTEM_CONDITIONS = ['PodScheduled', 'Ready', 'Initialized']
const CONTAINER_LISTS = [
  'containerStatuses',
  'initContainerStatuses',
  'ephemeralContainerStatuses',
] as const
type ContainerList = (typeof CONTAINER_LISTS)[number]

/** pkg/apis/core/validation/validation.go, ValidatePodStatusUpdate. */
export function validatePodStatus(next: Field, previous: Field): readonly FieldFault[] {
  const [status, before] = [next.field('status'), previous.field('status')]
  const [qosClass, spec] = [status.field('qosClass'), previous.field('spec')]
  return [
    ...validateAnnotationUpdate(next, previous),
    ...validatePodConditions(status.field('conditions')),
    ...validateNominatedNode(status, before, spec),
    ...checkNumber(status.field('observedGeneration'), nonNegative),
    ...(qosClass.text === before.field('qosClass').text
      ? []
      : [invalid(qosClass, qosClass.text, 'field is immutable')]),
    ...CONTAINER_LISTS.flatMap((list) => validateTransitions(list, status, before, spec)),
    ...validateClaimStatuses(status.field('resourceClaimStatuses'), spec),
    ...validateIps(status.field('podIPs'), before.field('podIPs')),
    ...validateHostIps(status, before),
    ...CONTAINER_LISTS.flatMap((list) => status.field(list).items.flatMap(validateUser)),
  ]
}

function validatePodConditions(conditions: Field): readonly FieldFault[] {
  return conditions.items.flatMap((condition) => {
    const { text } = condition.field('type')
    const at = condition.child('Type')
    return [
      ...checkNumber(condition.field('observedGeneration'), nonNegative),
      ...(SYSTEM_CONDITIONS.includes(text)
        ? []
        : checkQualifiedName(text).map((detail) => invalid(at, text, detail))),
    ]
  })
}

function nonNegative(value: number): readonly string[] {
  return value < 0 ? ['must be a non-negative integer'] : []
}

function validateNominatedNode(status: Field, before: Field, spec: Field): readonly FieldFault[] {
  const node = status.field('nominatedNodeName')
  if (node.text === '' || node.text === before.field('nominatedNodeName').text) return []
  const isBound = spec.field('nodeName').text !== ''
  return [
    ...checkSubdomain(node.text).map((detail) => invalid(node, node.text, detail)),
    ...(isBound
      ? [forbidden(node, 'may not be set on pods that are already bound to a node')]
      : []),
  ]
}

/** A container that has ended stays so, unless the pod lets it begin again. */
function validateTransitions(
  list: ContainerList,
  status: Field,
  before: Field,
  spec: Field,
): readonly FieldFault[] {
  const statuses = status.field(list)
  return before.field(list).items.flatMap((old, index) => {
    const ended = old.field('state', 'terminated')
    if (!ended.isPresent || mayBeginAgain(list, old, spec)) return []
    const name = old.field('name').text
    return statuses.items
      .filter((container) => container.field('name').text === name)
      .filter((container) => !container.field('state', 'terminated').isPresent)
      .map(() =>
        // Kubernetes says the place in the status before.
        forbidden(
          statuses.item(index).child('state'),
          'may not be transitioned to non-terminated state',
        ),
      )
  })
}

function mayBeginAgain(list: ContainerList, old: Field, spec: Field): boolean {
  if (list === 'ephemeralContainerStatuses') return false
  const policy = spec.field('restartPolicy').text
  const exitCode = old.field('state', 'terminated', 'exitCode').number ?? 0
  if (policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0)) return true
  const isSidecar = spec
    .field('initContainers')
    .items.some(
      (container) =>
        container.field('name').text === old.field('name').text &&
        container.field('restartPolicy').text === 'Always',
    )
  return list === 'initContainerStatuses' && isSidecar
}

/** Each is of a claim that the pod has, which has one. */
function validateClaimStatuses(statuses: Field, spec: Field): readonly FieldFault[] {
  const claims = new Set(
    spec.field('resourceClaims').items.map((claim) => claim.field('name').text),
  )
  const known = new Set<string>()
  return statuses.items.flatMap((status) => {
    const name = status.field('name')
    const isKnown = known.has(name.text)
    known.add(name.text)
    const claimName = status.field('resourceClaimName')
    return [
      ...(claims.has(name.text)
        ? []
        : [invalid(name, name.text, 'must match the name of an entry in `spec.resourceClaims`')]),
      ...(isKnown ? [duplicate(name, name.text)] : []),
      // Kubernetes tells the place of the other name.
      ...(claimName.isPresent
        ? checkSubdomain(claimName.text).map((detail) => invalid(name, claimName.text, detail))
        : []),
    ]
  })
}

/** At most one of each family; a wrong one that was there already may stay. */
function validateIps(ips: Field, before: Field): readonly FieldFault[] {
  const known = before.items.map((ip) => ip.field('ip').text)
  const texts = ips.items.map((ip) => ip.field('ip').text)
  const faults = ips.items.flatMap((each) => {
    const { text } = each.field('ip')
    return known.includes(text) ? [] : validateIp(each.withValue(text))
  })
  const families = texts.map((text) => parseIp(text)?.family)
  const isPair = families.length === 2 && families[0] !== families[1]
  if (families.length <= 1 || isPair || families.includes(undefined)) return faults
  const printed = texts.map((IP) => ({ IP }))
  return [...faults, invalid(ips, printed, 'may specify no more than one IP for each IP family')]
}

function validateHostIps(status: Field, before: Field): readonly FieldFault[] {
  const ips = status.field('hostIPs')
  const [first] = ips.items
  if (first === undefined) return []
  const ip = first.field('ip')
  return [
    ...(ip.text === status.field('hostIP').text
      ? []
      : [invalid(ip, ip.text, 'must be equal to `hostIP`')]),
    ...validateIps(ips, before.field('hostIPs')),
  ]
}

/** As whom a container runs. */
function validateUser(container: Field): readonly FieldFault[] {
  const user = container.field('user', 'linux')
  return [
    ...checkNumber(user.field('uid'), checkUnixId),
    ...checkNumber(user.field('gid'), checkUnixId),
    ...user.field('supplementalGroups').items.flatMap((group) => checkNumber(group, checkUnixId)),
  ]
}
