import { areEqual } from '../../base/equal-values.ts'
import { type Fields, fieldsOf, isFields } from '../../base/fields.ts'
import { qosClassOf } from '../qos-class.ts'
import { NOWHERE } from './ephemeral-containers.ts'
import { forbidden, invalid, type FieldFault } from './fault.ts'
import type { Field } from './field.ts'

const MIRROR = 'kubernetes.io/config.mirror'
const LISTS = ['containers', 'initContainers'] as const
/** What can change while a container runs. */
const RESIZED = ['cpu', 'memory']

/** pkg/apis/core/validation/validation.go, ValidatePodResize, without the part that all pods have to obey. */
export function validatePodResize(next: Field, previous: Field): readonly FieldFault[] {
  const refusal = refusalOf(next, previous)
  if (refusal !== undefined) return [forbidden(NOWHERE, refusal)]
  const [after, before] = [next.field('spec'), previous.field('spec')]
  const faults = [...validateWhole(next, previous), ...validateOrder(after, before)]
  if (!hasSameContainers(after, before)) return faults
  const ofContainers = [
    ...after
      .field('initContainers')
      .items.flatMap((container, index) =>
        isSidecar(before.field('initContainers').items[index])
          ? validateKept(container, before.field('initContainers').items[index])
          : [],
      ),
    ...after
      .field('containers')
      .items.flatMap((container, index) =>
        validateKept(container, before.field('containers').items[index]),
      ),
    ...LISTS.flatMap((list) => validateOthers(list, after, before)),
  ]
  const all = [...faults, ...ofContainers]
  if (all.length > 0 || areEqual(withoutContainers(after), withoutContainers(before))) return all
  return [forbidden(after, 'only cpu and memory resources are mutable')]
}

/** Of what nothing can be resized at all. */
function refusalOf(next: Field, previous: Field): string | undefined {
  const hasOwn = [previous, next].some((pod) =>
    ['requests', 'limits'].some((list) => pod.field('spec', 'resources', list).entries.length > 0),
  )
  if (hasOwn) return 'pods with pod-level resources cannot be resized'
  if (previous.field('metadata', 'annotations').has(MIRROR)) return 'static pods cannot be resized'
  const isWindows = previous.field('spec', 'os', 'name').text === 'windows'
  return isWindows ? 'windows pods cannot be resized' : undefined
}

function validateWhole(next: Field, previous: Field): readonly FieldFault[] {
  const at = next.field('spec')
  const now = next.field('status', 'qosClass').text
  const qosClass =
    previous.field('status', 'qosClass').text || qosClassOf(fieldsOf(previous.field('spec').value))
  const running = previous
    .field('status', 'containerStatuses')
    .items.find((container) => container.field('state', 'running').isPresent)
  return [
    ...(qosClass === qosClassOf(fieldsOf(at.value))
      ? []
      : [invalid(at, now, 'Pod QOS Class may not change as a result of resizing')]),
    // A node that can tells what the container has.
    ...(running === undefined || running.field('resources').isPresent
      ? []
      : [forbidden(at, 'Pod running on node without support for resize')]),
  ]
}

function validateOrder(after: Field, before: Field): readonly FieldFault[] {
  return LISTS.flatMap((list) => {
    const [containers, old] = [after.field(list), before.field(list)]
    if (containers.items.length !== old.items.length) {
      return [forbidden(containers, `${list} may not be added or removed on resize`)]
    }
    return containers.items
      .map((container) => container.field('name'))
      .filter((name, index) => name.text !== old.items[index]?.field('name').text)
      .map((name) => forbidden(name, `${list} may not be renamed or reordered on resize`))
  })
}

function hasSameContainers(after: Field, before: Field): boolean {
  return validateOrder(after, before).length === 0
}

/** What has been asked for can change, and not be given up. */
function validateKept(container: Field, old: Field | undefined): readonly FieldFault[] {
  return ['requests', 'limits'].flatMap((list) => {
    const resources = container.field('resources', list)
    const before = old?.field('resources', list).entries ?? []
    const isKept =
      before.length <= resources.entries.length && before.every(([name]) => resources.has(name))
    const noun = list === 'requests' ? 'resource requests' : 'resource limits'
    return isKept ? [] : [forbidden(resources, `${noun} cannot be removed`)]
  })
}

/** Nothing but CPU and memory changes, and that not of containers that only prepare the others. */
function validateOthers(
  list: (typeof LISTS)[number],
  after: Field,
  before: Field,
): readonly FieldFault[] {
  return after.field(list).items.flatMap((container, index) => {
    const old = fieldsOf(before.field(list).items[index]?.value)
    const own = fieldsOf(container.value)
    if (list === 'initContainers' && !isSidecar(container)) {
      const detail = 'resources for non-sidecar init containers are immutable'
      return areEqual(own, old) ? [] : [forbidden(after, detail)]
    }
    if (areEqual(withOldAmounts(own, old), old)) return []
    const whose = list === 'initContainers' ? ' for sidecar containers' : ''
    return [forbidden(after, `only cpu and memory resources${whose} are mutable`)]
  })
}

function withOldAmounts(container: Fields, old: Fields): Fields {
  const [resources, before] = [fieldsOf(container['resources']), fieldsOf(old['resources'])]
  const lists = ['limits', 'requests'].flatMap((list) => {
    const was = before[list]
    if (!isFields(was)) return []
    const others = Object.entries(fieldsOf(resources[list])).filter(
      ([name]) => !RESIZED.includes(name),
    )
    const amounts = Object.entries(was).filter(([name]) => RESIZED.includes(name))
    return [[list, Object.fromEntries([...others, ...amounts])] as const]
  })
  return { ...container, resources: Object.fromEntries(lists) }
}

function isSidecar(container: Field | undefined): boolean {
  return container?.field('restartPolicy').text === 'Always'
}

function withoutContainers(spec: Field): Fields {
  return { ...fieldsOf(spec.value), containers: undefined, initContainers: undefined }
}
