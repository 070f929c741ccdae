import type { Container, PodSpec } from '../pod.ts'
import { validateContainer } from './container.ts'
import {
  duplicate,
  forbidden,
  invalid,
  invalidAll,
  notSupported,
  required,
  type Draft,
  type FieldFault,
  type FieldPath,
} from './fault.ts'
import { checkLabel } from './names.ts'

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never']
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']
const DEADLINE_SECONDS_MAX = 2 ** 31 - 1

/** pkg/apis/core/validation/validation.go, ValidatePodSpec, for what the engine looks at. */
export function validatePodSpec(spec: Draft<PodSpec> = {}, at: FieldPath): readonly FieldFault[] {
  const {
    containers = [],
    initContainers = [],
    restartPolicy,
    hostname,
    activeDeadlineSeconds,
  } = spec
  const policy = spec['dnsPolicy']
  return [
    ...(containers.length === 0 ? [required(at.child('containers'))] : []),
    ...validateContainers(spec, containers, at.child('containers')),
    ...validateInitContainers(spec, initContainers, at.child('initContainers')),
    ...(restartPolicy === undefined || RESTART_POLICIES.includes(restartPolicy)
      ? []
      : [notSupported(at.child('restartPolicy'), restartPolicy, RESTART_POLICIES)]),
    ...(policy === undefined || DNS_POLICIES.some((known) => known === policy)
      ? []
      : [notSupported(at.child('dnsPolicy'), policy, DNS_POLICIES)]),
    ...(hostname === undefined
      ? []
      : invalidAll(at.child('hostname'), hostname, checkLabel(hostname))),
    ...validateDeadline(activeDeadlineSeconds, at.child('activeDeadlineSeconds')),
  ]
}

function validateContainers(
  spec: Draft<PodSpec>,
  containers: readonly Draft<Container>[],
  at: FieldPath,
): readonly FieldFault[] {
  return [
    ...containers.flatMap((container, index) => validateContainer(container, spec, at.item(index))),
    ...repeated(containers, [], at),
  ]
}

/** Hooks and probes are for init containers that stay (https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/). */
function validateInitContainers(
  spec: Draft<PodSpec>,
  containers: readonly Draft<Container>[],
  at: FieldPath,
): readonly FieldFault[] {
  const others = (spec.containers ?? []).map(({ name }) => name)
  return [
    ...containers.flatMap((container, index) => {
      const place = at.item(index)
      if (container.restartPolicy === 'Always') return validateContainer(container, spec, place)
      const { lifecycle, readinessProbe, livenessProbe, startupProbe, ...rest } = container
      const own = { lifecycle, readinessProbe, livenessProbe, startupProbe }
      return [
        ...validateContainer(rest, spec, place),
        ...Object.entries(own)
          .filter(([, value]) => value !== undefined)
          .map(([field]) =>
            forbidden(
              place.child(field),
              'may not be set for init containers without restartPolicy=Always',
            ),
          ),
      ]
    }),
    ...repeated(containers, others, at),
  ]
}

function repeated(
  containers: readonly Draft<Container>[],
  others: readonly (string | undefined)[],
  at: FieldPath,
): readonly FieldFault[] {
  const seen = new Set(others)
  const faults: FieldFault[] = []
  for (const [index, { name }] of containers.entries()) {
    if (name === undefined) continue
    if (seen.has(name)) faults.push(duplicate(at.item(index).child('name'), name))
    seen.add(name)
  }
  return faults
}

function validateDeadline(seconds: number | undefined, at: FieldPath): readonly FieldFault[] {
  if (seconds === undefined || (seconds >= 1 && seconds <= DEADLINE_SECONDS_MAX)) return []
  return [invalid(at, seconds, `must be between 1 and ${DEADLINE_SECONDS_MAX}, inclusive`)]
}
