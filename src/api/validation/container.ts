import type { Container, ContainerPort, EnvFromSource, EnvVar, PodSpec } from '../pod.ts'
import {
  duplicate,
  invalid,
  invalidAll,
  notFound,
  notSupported,
  required,
  type Draft,
  type FieldFault,
  type FieldPath,
} from './fault.ts'
import { validateLifecycle, validateProbes } from './handler.ts'
import {
  checkLabel,
  checkPortName,
  checkPortNumber,
  checkSubdomain,
  checkVariableName,
} from './names.ts'

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never']
const PROTOCOLS = ['SCTP', 'TCP', 'UDP']
const MESSAGE_POLICIES = ['File', 'FallbackToLogsOnError']

/** Fields of a pod that a variable may take its value from; labels and annotations by key besides. */
const POD_FIELDS = new Set([
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
])

/** pkg/apis/core/validation/validation.go, validateContainerCommon. */
export function validateContainer(
  container: Draft<Container>,
  pod: Draft<PodSpec>,
  at: FieldPath,
): readonly FieldFault[] {
  const { name = '', image = '', imagePullPolicy: policy } = container
  const messagePolicy = container['terminationMessagePolicy']
  return [
    ...(name === ''
      ? [required(at.child('name'))]
      : invalidAll(at.child('name'), name, checkLabel(name))),
    ...(image === '' ? [required(at.child('image'))] : []),
    ...(messagePolicy === undefined || MESSAGE_POLICIES.some((known) => known === messagePolicy)
      ? []
      : [notSupported(at.child('terminationMessagePolicy'), messagePolicy, MESSAGE_POLICIES)]),
    ...(policy === undefined || PULL_POLICIES.includes(policy)
      ? []
      : [notSupported(at.child('imagePullPolicy'), policy, PULL_POLICIES)]),
    ...validatePorts(container.ports ?? [], at.child('ports')),
    ...(container.env ?? []).flatMap((variable, index) =>
      validateVariable(variable, at.child('env').item(index)),
    ),
    ...(container.envFrom ?? []).flatMap((source, index) =>
      validateEnvFrom(source, at.child('envFrom'), index),
    ),
    ...validateMounts(container, pod, at.child('volumeMounts')),
    ...validateProbes(container, at),
    ...validateLifecycle(
      container.lifecycle ?? {},
      pod.terminationGracePeriodSeconds ?? 30,
      at.child('lifecycle'),
    ),
  ]
}

function validatePorts(
  ports: readonly Draft<ContainerPort>[],
  at: FieldPath,
): readonly FieldFault[] {
  const names = new Set<string>()
  return ports.flatMap(({ name = '', containerPort = 0, protocol }, index) => {
    const place = at.item(index)
    const repeated = name !== '' && names.has(name)
    names.add(name)
    return [
      ...(name === '' ? [] : invalidAll(place.child('name'), name, checkPortName(name))),
      ...(repeated ? [duplicate(place.child('name'), name)] : []),
      ...(containerPort === 0
        ? [required(place.child('containerPort'))]
        : invalidAll(place.child('containerPort'), containerPort, checkPortNumber(containerPort))),
      ...(protocol === undefined || PROTOCOLS.includes(protocol)
        ? []
        : [notSupported(place.child('protocol'), protocol, PROTOCOLS)]),
    ]
  })
}

function validateVariable(variable: Draft<EnvVar>, at: FieldPath): readonly FieldFault[] {
  const { name = '', valueFrom } = variable
  return [
    ...(name === ''
      ? [required(at.child('name'))]
      : invalidAll(at.child('name'), name, checkVariableName(name))),
    ...(valueFrom === undefined ? [] : validateValueFrom(variable, at.child('valueFrom'))),
  ]
}

function validateValueFrom(
  { value = '', valueFrom = {} }: Draft<EnvVar>,
  at: FieldPath,
): readonly FieldFault[] {
  const { fieldRef, configMapKeyRef } = valueFrom
  return [
    ...(fieldRef === undefined
      ? []
      : validateFieldRef(fieldRef.fieldPath ?? '', at.child('fieldRef', 'fieldPath'))),
    ...(configMapKeyRef === undefined
      ? []
      : [
          ...invalidAll(
            at.child('configMapKeyRef', 'name'),
            configMapKeyRef.name ?? '',
            checkSubdomain(configMapKeyRef.name ?? ''),
          ),
          ...((configMapKeyRef.key ?? '') === ''
            ? [required(at.child('configMapKeyRef', 'key'))]
            : []),
        ]),
    ...(Object.keys(valueFrom).length === 0
      ? [
          invalid(
            at,
            '',
            'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`',
          ),
        ]
      : []),
    ...(value === '' ? [] : [invalid(at, '', 'may not be specified when `value` is not empty')]),
    ...(Object.keys(valueFrom).length > 1
      ? [invalid(at, '', 'may not have more than one field specified at a time')]
      : []),
  ]
}

function validateFieldRef(path: string, at: FieldPath): readonly FieldFault[] {
  if (path === '') return [required(at)]
  const isSubscript = /^metadata\.(labels|annotations)\['[^']*'\]$/.test(path)
  if (isSubscript || POD_FIELDS.has(path)) return []
  return [invalid(at, path, `error converting fieldPath: field label not supported: ${path}`)]
}

/** Kubernetes prints faults of the whole source without its index. */
function validateEnvFrom(
  source: Draft<EnvFromSource>,
  at: FieldPath,
  index: number,
): readonly FieldFault[] {
  const { configMapRef, secretRef } = source
  const count = [configMapRef, secretRef].filter((reference) => reference !== undefined).length
  const place = at.item(index)
  return [
    ...(configMapRef !== undefined && (configMapRef.name ?? '') === ''
      ? [required(place.child('configMapRef', 'name'))]
      : []),
    ...(count === 0
      ? [
          invalid(
            at.within(String(index)),
            '',
            'must specify one of: `configMapRef` or `secretRef`',
          ),
        ]
      : []),
    ...(count > 1
      ? [
          invalid(
            at.within(String(index)),
            '',
            'may not have more than one field specified at a time',
          ),
        ]
      : []),
  ]
}

function validateMounts(
  container: Draft<Container>,
  pod: Draft<PodSpec>,
  at: FieldPath,
): readonly FieldFault[] {
  const volumes = new Set((pod.volumes ?? []).map((volume) => nameOf(volume)))
  const mounts = container['volumeMounts']
  if (!Array.isArray(mounts)) return []
  return mounts.flatMap((mount: unknown, index) => {
    const name = nameOf(mount)
    return volumes.has(name) ? [] : [notFound(at.item(index).child('name'), name)]
  })
}

function nameOf(value: unknown): string {
  if (typeof value !== 'object' || value === null || !('name' in value)) return ''
  return typeof value.name === 'string' ? value.name : ''
}
