import { forbidden, invalid, type FieldFault, type FieldPath } from './fault.ts'
import { Field } from './field.ts'
import { checkLocalPath } from './field-checks.ts'

const MIRROR = 'kubernetes.io/config.mirror'
const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost'
const POD_SECCOMP = 'seccomp.security.alpha.kubernetes.io/pod'
const CONTAINER_SECCOMP = 'container.seccomp.security.alpha.kubernetes.io/'
const APP_ARMOR = 'container.apparmor.security.beta.kubernetes.io/'

/** Annotations that mean something to Kubernetes itself (ValidatePodSpecificAnnotations). */
export function validatePodAnnotations(annotations: Field, spec: Field): readonly FieldFault[] {
  const mirror = annotations.field(MIRROR).at(annotations.entry(MIRROR))
  const seccomp = annotations.entries.filter(([key]) => key.startsWith(CONTAINER_SECCOMP))
  const pod = annotations.field(POD_SECCOMP)
  return [
    ...(mirror.isPresent && spec.field('nodeName').text === ''
      ? [invalid(mirror, mirror.text, 'must set spec.nodeName if mirror pod annotation is set')]
      : []),
    ...validateDeletionCost(annotations.field(DELETION_COST).at(annotations.entry(DELETION_COST))),
    ...(pod.isPresent ? validateSeccompProfile(pod) : []),
    ...seccomp.flatMap(([key]) => validateSeccompProfile(annotations.field(key))),
    ...annotations.entries
      .filter(([key]) => key.startsWith(APP_ARMOR))
      .flatMap(([key, profile]) => validateAppArmor(key.slice(APP_ARMOR.length), profile, spec)),
  ]
}

/** Some of them are for the creator of a pod only (ValidatePodSpecificAnnotationUpdates). */
export function validateAnnotationUpdate(next: Field, previous: Field): readonly FieldFault[] {
  const after = next.field('metadata', 'annotations')
  const before = previous.field('metadata', 'annotations')
  const isSame = ([key, { text }]: readonly [string, Field]): boolean =>
    after.has(key) && after.field(key).text === text
  const changed = before.entries.filter((entry) => !isSame(entry))
  const added = after.entries.filter(([key]) => !before.has(key))
  return [
    ...changed.flatMap(([key]) => forbidChange(after.entry(key), key, 'remove or update')),
    ...added.flatMap(([key]) => forbidChange(after.entry(key), key, 'add')),
    ...validatePodAnnotations(after, next.field('spec')),
  ]
}

function forbidChange(at: FieldPath, key: string, verb: string): readonly FieldFault[] {
  if (key === MIRROR) return [forbidden(at, `may not ${verb} mirror pod annotation`)]
  if (key.startsWith(APP_ARMOR)) return [forbidden(at, `may not ${verb} AppArmor annotations`)]
  return []
}

/** https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/#pod-deletion-cost */
function validateDeletionCost(cost: Field): readonly FieldFault[] {
  if (!cost.isPresent) return []
  const { text } = cost
  const value = Number(text)
  const isCost = /^(-?[1-9]\d*|0)$/.test(text) && value >= -(2 ** 31) && value < 2 ** 31
  return isCost ? [] : [invalid(cost, text, 'must be a 32bit integer')]
}

function validateSeccompProfile(profile: Field): readonly FieldFault[] {
  const { text } = profile
  if (['runtime/default', 'docker/default', 'unconfined'].includes(text)) return []
  if (!text.startsWith('localhost/')) {
    return [invalid(profile, text, 'must be a valid seccomp profile')]
  }
  return checkLocalPath(new Field(text.slice('localhost/'.length), profile))
}

function validateAppArmor(name: string, profile: Field, spec: Field): readonly FieldFault[] {
  const lists = ['initContainers', 'containers', 'ephemeralContainers']
  const names = lists.flatMap((list) =>
    spec.field(list).items.map((container) => container.field('name').text),
  )
  const { text } = profile
  const isProfile = ['', 'runtime/default', 'unconfined'].includes(text)
  return [
    ...(names.includes(name) ? [] : [invalid(profile, name, 'container not found')]),
    ...(isProfile || text.startsWith('localhost/')
      ? []
      : [invalid(profile, text, `invalid AppArmor profile name: ${JSON.stringify(text)}`)]),
  ]
}
