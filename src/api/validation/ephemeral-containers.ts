import { validateContainer, validateImages, type Surroundings } from './container.ts'
import { areEqual } from '../../base/equal-values.ts'
import { duplicate, forbidden, notFound, ROOT, type FieldFault } from './fault.ts'
import type { Field } from './field.ts'
import { forbidPresent } from './field-checks.ts'

/** What others have, in the order of Kubernetes' own structure. */
const NOT_FOR_THEM = [
  'ports',
  'resources',
  'resizePolicy',
  'restartPolicy',
  'restartPolicyRules',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
]
const NOT_FOR_THEM_RULE = 'cannot be set for an Ephemeral Container'
const MIRROR = 'kubernetes.io/config.mirror'

/** pkg/apis/core/validation/validation.go, validateEphemeralContainers. */
export function validateEphemeralContainers(
  spec: Field,
  surroundings: Surroundings,
): readonly FieldFault[] {
  const others = ['containers', 'initContainers'].flatMap((list) => namesOf(spec.field(list)))
  const names = new Set(others)
  return spec.field('ephemeralContainers').items.flatMap((container) => {
    const [name, target] = [container.field('name'), container.field('targetContainerName')]
    const isRepeated = names.has(name.text)
    names.add(name.text)
    return [
      ...validateContainer(container, surroundings),
      ...validateImages({ items: [container] }),
      ...(isRepeated ? [duplicate(name, name.text)] : []),
      ...(target.text === '' || others.includes(target.text)
        ? []
        : [notFound(target, target.text)]),
      ...NOT_FOR_THEM.map((field) => container.field(field))
        .filter((field) => !isZero(field))
        .map((field) => forbidden(field, NOT_FOR_THEM_RULE)),
      ...container
        .field('volumeMounts')
        .items.flatMap((mount) => [
          ...forbidPresent(mount.field('subPath'), NOT_FOR_THEM_RULE),
          ...forbidPresent(mount.field('subPathExpr'), NOT_FOR_THEM_RULE),
        ]),
    ]
  })
}

/** The same, ValidatePodEphemeralContainersUpdate: they come, and neither change nor go. */
export function validateEphemeralUpdate(next: Field, previous: Field): readonly FieldFault[] {
  if (previous.field('metadata', 'annotations').has(MIRROR)) {
    return [forbidden(NOWHERE, 'static pods do not support ephemeral containers')]
  }
  const containers = next.field('spec', 'ephemeralContainers')
  return previous.field('spec', 'ephemeralContainers').items.flatMap((before) => {
    const name = before.field('name').text
    const after = containers.items.findLast((container) => container.field('name').text === name)
    const quoted = JSON.stringify(name)
    if (after === undefined) {
      return [forbidden(containers, `existing ephemeral containers ${quoted} may not be removed\n`)]
    }
    // Behind it Kubernetes says what differs, as a Go library prints it.
    return areEqual(after.value, before.value)
      ? []
      : [forbidden(containers, `existing ephemeral containers ${quoted} may not be changed\n`)]
  })
}

/** Go prints an empty path so. */
export const NOWHERE = ROOT.child('<nil>')

function namesOf(containers: Field): readonly string[] {
  return containers.items.map((container) => container.field('name').text)
}

function isZero({ value }: Field): boolean {
  if (value === undefined || value === null || value === '') return true
  return typeof value === 'object' && Object.keys(value).length === 0
}
