import { invalid, type FieldFault } from './fault.ts'
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
