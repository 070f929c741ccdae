import {
  forbidEphemeralContainers,
  validateContainers,
  validateImages,
  validateInitContainers,
} from './container.ts'
import { validateAffinity } from './affinity.ts'
import { forbidden, invalid, notSupported, required, type FieldFault } from './fault.ts'
import type { Field } from './field.ts'
import { checkNumber, checkText } from './field-checks.ts'
import { validateLabels } from './metadata.ts'
import { checkLabel, checkRange, checkSubdomain } from './names.ts'
import { validateEphemeralContainers } from './ephemeral-containers.ts'
import { validateDnsConfig, validateHostAliases } from './name-resolution.ts'
import { validatePodAnnotations } from './pod-annotations.ts'
import { validateResources } from './resources.ts'
import {
  validateReadinessGates,
  validateSchedulingGates,
  validateSpreadConstraints,
  validateTolerations,
} from './scheduling.ts'
import { validatePodSecurity, validateUserNamespace } from './security-context.ts'
import { soundVolumes, validateVolumes } from './volumes.ts'

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never']
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']
const PREEMPTION_POLICIES = ['PreemptLowerPriority', 'Never']
const DEADLINE_SECONDS_MAX = 2 ** 31 - 1

/** Whether it is a pod, or what pods are made of. */
export type PodSpecUser = 'pod' | 'template'

/** pkg/apis/core/validation/validation.go, ValidatePodSpec. */
export function validatePodSpec(spec: Field, user: PodSpecUser): readonly FieldFault[] {
  const containers = spec.field('containers')
  const surroundings = {
    volumes: soundVolumes(spec.field('volumes')),
    graceSeconds: spec.field('terminationGracePeriodSeconds').number ?? 30,
    os: spec.field('os', 'name').text,
    restartPolicy: spec.field('restartPolicy').text,
    usesHostUsers: spec.field('hostUsers').value !== false,
  }
  return [
    ...validateVolumes(spec.field('volumes')),
    ...validateContainers(containers, surroundings),
    ...validateInitContainers(spec.field('initContainers'), containers, surroundings),
    ...validateEphemeralContainers(spec, surroundings),
    ...validatePodResources(spec.field('resources')),
    ...validateHostPorts(spec, user),
    ...requireWord(spec.field('restartPolicy'), RESTART_POLICIES),
    ...requireWord(spec.field('dnsPolicy'), DNS_POLICIES),
    ...validateLabels(spec.field('nodeSelector').textsByKey, spec.field('nodeSelector')),
    ...validatePodSecurity(spec.field('securityContext'), spec),
    ...validateAffinity(spec.field('affinity')),
    ...validateDnsConfig(spec.field('dnsConfig'), spec.field('dnsPolicy').text),
    ...validateReadinessGates(spec.field('readinessGates')),
    ...validateSchedulingGates(spec.field('schedulingGates')),
    ...validateSpreadConstraints(spec.field('topologySpreadConstraints')),
    ...validateUserNamespace(spec),
    ...checkText(spec.field('serviceAccountName'), checkSubdomain),
    ...checkText(spec.field('nodeName'), checkSubdomain),
    ...checkNumber(spec.field('activeDeadlineSeconds'), (seconds) =>
      checkRange(seconds, 1, DEADLINE_SECONDS_MAX),
    ),
    ...checkText(spec.field('hostname'), checkLabel),
    ...checkText(spec.field('subdomain'), checkLabel),
    ...validateTolerations(spec.field('tolerations')),
    ...validateHostAliases(spec.field('hostAliases')),
    ...checkText(spec.field('priorityClassName'), checkSubdomain),
    ...checkText(spec.field('runtimeClassName'), checkSubdomain),
    ...requireWord(spec.field('preemptionPolicy'), PREEMPTION_POLICIES),
    ...validateOs(spec),
  ]
}

/** What only a new pod may not have (ValidatePodCreate). */
export function validateNewPod(pod: Field): readonly FieldFault[] {
  const spec = pod.field('spec')
  const isGated = spec.field('schedulingGates').items.length > 0
  const nodeName = spec.field('nodeName')
  return [
    ...forbidEphemeralContainers(spec, 'cannot be set on create'),
    ...(isGated && nodeName.text !== ''
      ? [forbidden(nodeName, 'cannot be set until all schedulingGates have been cleared')]
      : []),
  ]
}

/** A pod at any time (validatePodMetadataAndSpec). */
export function validatePod(pod: Field): readonly FieldFault[] {
  const spec = pod.field('spec')
  return [
    ...validatePodAnnotations(pod.field('metadata', 'annotations'), spec),
    ...validatePodSpec(spec, 'pod'),
    ...validateImages(spec.field('containers')),
    ...validateImages(spec.field('initContainers')),
  ]
}

/** An empty word is a missing one. */
function requireWord(field: Field, allowed: readonly string[]): readonly FieldFault[] {
  if (!field.isPresent || allowed.includes(field.text)) return []
  return field.text === '' ? [required(field)] : [notSupported(field, field.text, allowed)]
}

/** https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#pod-level-resource-specification */
function validatePodResources(resources: Field): readonly FieldFault[] {
  if (!resources.isPresent) return []
  const claims = resources.field('claims')
  return [
    ...(claims.isPresent
      ? [forbidden(claims, 'claims may not be set for Resources at pod-level')]
      : []),
    ...validateResources(resources),
  ]
}

/** On the network of the host, a port of the container is one of the host. */
function validateHostPorts(spec: Field, user: PodSpecUser): readonly FieldFault[] {
  if (!spec.field('hostNetwork').isTrue) return []
  const ports = spec.field('containers').items.flatMap((item) => item.field('ports').items)
  return ports.flatMap((port) => {
    const hostPort = port.field('hostPort')
    const number = hostPort.number ?? 0
    const isFree = user === 'template' && number === 0
    if (isFree || number === (port.field('containerPort').number ?? 0)) return []
    return [invalid(hostPort, number, 'must match `containerPort` when `hostNetwork` is true')]
  })
}

/** https://kubernetes.io/docs/concepts/workloads/pods/#pod-os */
function validateOs(spec: Field): readonly FieldFault[] {
  const os = spec.field('os')
  if (!os.isPresent) return []
  const name = os.field('name')
  if (name.text === '') return [required(name)]
  if (name.text !== 'linux' && name.text !== 'windows') {
    return [notSupported(os, name.text, ['linux', 'windows'])]
  }
  const lists = ['initContainers', 'containers', 'ephemeralContainers']
  const contexts = [
    spec.field('securityContext'),
    ...lists.flatMap((list) =>
      spec.field(list).items.map((container) => container.field('securityContext')),
    ),
  ]
  const [fields, detail] =
    name.text === 'linux'
      ? [['windowsOptions'], 'windows options cannot be set for a linux pod']
      : [LINUX_FIELDS, 'cannot be set for a windows pod']
  return contexts.flatMap((context) =>
    fields
      .map((field) => context.field(field))
      .filter(({ isPresent }) => isPresent)
      .map((field) => forbidden(field, detail)),
  )
}

const LINUX_FIELDS = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'fsGroup',
  'fsGroupChangePolicy',
  'sysctls',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
  'supplementalGroups',
  'supplementalGroupsPolicy',
  'seLinuxChangePolicy',
]
