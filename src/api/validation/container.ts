import { validateVariables, validateVariableSources } from './environment.ts'
import {
  duplicate,
  forbidden,
  invalid,
  invalidAll,
  notSupported,
  required,
  type FieldFault,
} from './fault.ts'
import type { Field } from './field.ts'
import {
  checkNumber,
  checkWord,
  forbidPresent,
  requireChecked,
  requireText,
} from './field-checks.ts'
import { validateLifecycle, validateProbes, type HookSurroundings } from './handler.ts'
import { checkLabel, checkPortName, checkPortNumber } from './names.ts'
import { validateResources } from './resources.ts'
import { validateContainerSecurity } from './security-context.ts'
import { validateMounts } from './volume-mounts.ts'

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never']
const PROTOCOLS = ['SCTP', 'TCP', 'UDP']
const MESSAGE_POLICIES = ['File', 'FallbackToLogsOnError']
const RESIZE_RESOURCES = ['cpu', 'memory']
const RESIZE_POLICIES = ['NotRequired', 'RestartContainer']

/** What of a pod its containers depend on. */
export interface Surroundings extends HookSurroundings {
  readonly volumes: ReadonlyMap<string, Field>
  readonly restartPolicy: string
  readonly usesHostUsers: boolean
}

/** pkg/apis/core/validation/validation.go, validateContainers. */
export function validateContainers(
  containers: Field,
  surroundings: Surroundings,
): readonly FieldFault[] {
  if (containers.items.length === 0) return [required(containers)]
  const names = new Set<string>()
  return [
    ...containers.items.flatMap((container) => {
      const name = container.field('name')
      const isRepeated = names.has(name.text)
      names.add(name.text)
      return [
        ...validateContainer(container, surroundings),
        ...(isRepeated ? [duplicate(name, name.text)] : []),
        ...validateLifecycle(container.field('lifecycle'), surroundings),
        ...validateProbes(container, surroundings.graceSeconds),
        ...forbidPresent(
          container.field('restartPolicy'),
          'may not be set for non-init containers',
        ),
      ]
    }),
    ...repeatedHostPorts(containers.items),
  ]
}

/** Hooks and probes are for init containers that stay (https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/). */
export function validateInitContainers(
  containers: Field,
  others: Field,
  surroundings: Surroundings,
): readonly FieldFault[] {
  const names = new Set(others.items.map((container) => container.field('name').text))
  return containers.items.flatMap((container) => {
    const name = container.field('name')
    const policy = container.field('restartPolicy')
    const isRepeated = names.has(name.text)
    if (name.text !== '') names.add(name.text)
    return [
      ...validateContainer(container, surroundings),
      ...checkWord(policy, ['Always']),
      ...(isRepeated ? [duplicate(name, name.text)] : []),
      ...repeatedHostPorts([container], containers),
      ...(policy.text === 'Always'
        ? [
            ...validateLifecycle(container.field('lifecycle'), surroundings),
            ...validateProbes(container, surroundings.graceSeconds),
          ]
        : ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'].flatMap((field) =>
            forbidPresent(
              container.field(field),
              'may not be set for init containers without restartPolicy=Always',
            ),
          )),
    ]
  })
}

/** validateContainerCommon: of each container, whatever its place. */
export function validateContainer(
  container: Field,
  { volumes, restartPolicy, usesHostUsers }: Surroundings,
): readonly FieldFault[] {
  return [
    ...requireChecked(container.field('name'), checkLabel),
    ...requireText(container.field('image')),
    ...checkWord(container.field('terminationMessagePolicy'), MESSAGE_POLICIES),
    ...validatePorts(container.field('ports')),
    ...validateVariables(container.field('env')),
    ...validateVariableSources(container.field('envFrom')),
    ...validateMounts(container, volumes),
    ...checkWord(container.field('imagePullPolicy'), PULL_POLICIES),
    ...validateResources(container.field('resources')),
    ...validateResizePolicy(container.field('resizePolicy'), restartPolicy),
    ...validateContainerSecurity(container.field('securityContext'), usesHostUsers),
  ]
}

function validatePorts(ports: Field): readonly FieldFault[] {
  const names = new Set<string>()
  return ports.items.flatMap((port) => {
    const [name, number] = [port.field('name'), port.field('containerPort')]
    const protocol = port.field('protocol')
    const details = name.text === '' ? [] : checkPortName(name.text)
    const isRepeated = details.length === 0 && names.has(name.text)
    if (name.text !== '') names.add(name.text)
    return [
      ...invalidAll(name, name.text, details),
      ...(isRepeated ? [duplicate(name, name.text)] : []),
      ...((number.number ?? 0) === 0 ? [required(number)] : checkNumber(number, checkPortNumber)),
      ...checkNumber(port.field('hostPort'), (value) =>
        value === 0 ? [] : checkPortNumber(value),
      ),
      ...(PROTOCOLS.includes(protocol.text)
        ? []
        : protocol.text === ''
          ? [required(protocol)]
          : [notSupported(protocol, protocol.text, PROTOCOLS)]),
    ]
  })
}

/** Ports of the node that more than one wants. Init containers run one by one, and are printed by their own number. */
function repeatedHostPorts(containers: readonly Field[], list?: Field): readonly FieldFault[] {
  const taken = new Set<string>()
  return containers.flatMap((container) =>
    container.field('ports').items.flatMap((port, index) => {
      const number = port.field('hostPort').number ?? 0
      if (number === 0) return []
      const key = `${port.field('protocol').text}/${port.field('hostIP').text}/${number}`
      const place =
        list === undefined
          ? port.child('hostPort')
          : list.item(0).child('ports').item(index).child('hostPort')
      if (taken.has(key)) return [duplicate(place, key)]
      taken.add(key)
      return []
    }),
  )
}

/** Faults of one policy are printed as those of the list. */
function validateResizePolicy(policies: Field, podRestartPolicy: string): readonly FieldFault[] {
  const names = new Set<string>()
  return policies.items.flatMap((policy) => {
    const name = policy.field('resourceName').text
    const restart = policy.field('restartPolicy').text
    const isRepeated = names.has(name)
    names.add(name)
    const wordFaults = (word: string, allowed: readonly string[]): readonly FieldFault[] => {
      if (word === '') return [required(policies)]
      return allowed.includes(word) ? [] : [notSupported(policies, word, allowed)]
    }
    return [
      ...(isRepeated ? [duplicate(policy, name)] : []),
      ...wordFaults(name, RESIZE_RESOURCES),
      ...wordFaults(restart, RESIZE_POLICIES),
      ...(podRestartPolicy === 'Never' && restart !== 'NotRequired'
        ? [invalid(policies, restart, "must be 'NotRequired' when `restartPolicy` is 'Never'")]
        : []),
    ]
  })
}

/** What a pod's containers may not have, though those of a template may (validateContainerOnlyForPod). */
export function validateImages(containers: Pick<Field, 'items'>): readonly FieldFault[] {
  return containers.items.flatMap((container) => {
    const image = container.field('image')
    return image.text.trim() === image.text
      ? []
      : [invalid(image, image.text, 'must not have leading or trailing whitespace')]
  })
}

/** Debug containers come by a subresource of their own. */
export function forbidEphemeralContainers(spec: Field, detail: string): readonly FieldFault[] {
  const containers = spec.field('ephemeralContainers')
  return containers.items.length === 0 ? [] : [forbidden(containers, detail)]
}
