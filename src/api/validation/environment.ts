import { formatQuantity, parseQuantity, ZERO } from '../quantity.ts'
import { invalid, notSupported, required, type FieldFault } from './fault.ts'
import type { Field } from './field.ts'
import { checkText, requireChecked } from './field-checks.ts'
import { checkConfigKey, checkQualifiedName, checkSubdomain, checkVariableName } from './names.ts'

/** Fields of a pod that a variable may take its value from; labels and annotations by key besides. */
const VARIABLE_FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
]

/** Those, and what only a volume can show. */
const POD_FIELDS = new Set([
  ...VARIABLE_FIELDS,
  'metadata.labels',
  'metadata.annotations',
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
])

const RESOURCE_FIELDS = ['limits', 'requests'].flatMap((list) =>
  ['cpu', 'ephemeral-storage', 'memory'].map((name) => `${list}.${name}`),
)
const HUGE_PAGES = /^(requests|limits)\.hugepages-/

const CPU_DIVISORS = ['1m', '1']
const BYTE_DIVISORS = '1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei'

/** https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container/ */
export function validateVariables(env: Field): readonly FieldFault[] {
  return env.items.flatMap((variable) => [
    ...requireChecked(variable.field('name'), checkVariableName),
    ...validateValueFrom(variable),
  ])
}

const SOURCES: Readonly<Record<string, (source: Field) => readonly FieldFault[]>> = {
  fieldRef: (source) => validateFieldRef(source, VARIABLE_FIELDS),
  resourceFieldRef: (source) => validateResourceFieldRef(source, 'variable'),
  configMapKeyRef: validateKeyRef,
  secretKeyRef: validateKeyRef,
}

function validateValueFrom(variable: Field): readonly FieldFault[] {
  const source = variable.field('valueFrom')
  if (!source.isPresent) return []
  const present = Object.entries(SOURCES).filter(([name]) => source.field(name).isPresent)
  return [
    ...present.flatMap(([name, validate]) => validate(source.field(name))),
    ...countFaults(source, present.length, variable.field('value').text),
  ]
}

function countFaults(source: Field, count: number, value: string): readonly FieldFault[] {
  if (count === 0) {
    const names = '`fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`'
    return [invalid(source, '', `must specify one of: ${names}`)]
  }
  if (value !== '') return [invalid(source, '', 'may not be specified when `value` is not empty')]
  return count > 1
    ? [invalid(source, '', 'may not have more than one field specified at a time')]
    : []
}

/** A field of the pod, for a variable or a file. */
export function validateFieldRef(source: Field, allowed: readonly string[]): readonly FieldFault[] {
  const pathField = source.field('fieldPath')
  const path = pathField.text
  if (path === '') return [required(pathField)]
  const subscript = /^(.+)\['([^']*)'\]$/.exec(path)
  const [, map = path, key = ''] = subscript ?? []
  if (subscript !== null) {
    if (map === 'metadata.annotations') return checkKey(source, key.toLowerCase())
    if (map === 'metadata.labels') return checkKey(source, key)
  }
  if (subscript !== null || !POD_FIELDS.has(path)) {
    const why = subscript === null ? 'not supported' : 'does not support subscript'
    return [invalid(pathField, path, `error converting fieldPath: field label ${why}: ${path}`)]
  }
  return allowed.includes(path) ? [] : [notSupported(pathField, path, allowed.toSorted())]
}

function checkKey(source: Field, key: string): readonly FieldFault[] {
  return checkQualifiedName(key).map((detail) => invalid(source, key, detail))
}

/** An amount of the container's resources; a file has to name the container. */
export function validateResourceFieldRef(
  source: Field,
  user: 'variable' | 'file',
): readonly FieldFault[] {
  const resource = source.field('resource')
  const isKnown = RESOURCE_FIELDS.includes(resource.text) || HUGE_PAGES.test(resource.text)
  const faults =
    user === 'file' && source.field('containerName').text === ''
      ? [required(source.field('containerName'))]
      : resource.text === ''
        ? [required(resource)]
        : isKnown
          ? []
          : [notSupported(resource, resource.text, RESOURCE_FIELDS)]
  return [...faults, ...validateDivisor(resource.text, source.field('divisor'))]
}

function validateDivisor(resource: string, divisor: Field): readonly FieldFault[] {
  const quantity = parseQuantity(divisor.value) ?? ZERO
  if (quantity.nanos === 0n) return []
  const printed = formatQuantity(quantity)
  const refuse = (rule: string): readonly FieldFault[] => [
    invalid(divisor, resource, `only divisor's values ${rule} resource`),
  ]
  const [, name = ''] = resource.split(/\.(.*)/)
  if (name === 'cpu') {
    return CPU_DIVISORS.includes(printed) ? [] : refuse('1m and 1 are supported with the cpu')
  }
  const isBytes = BYTE_DIVISORS.split(', ').includes(printed)
  if (isBytes) return []
  if (HUGE_PAGES.test(resource)) {
    return refuse(`${BYTE_DIVISORS} are supported with the hugepages`)
  }
  if (name === 'memory') return refuse(`${BYTE_DIVISORS} are supported with the memory`)
  if (name !== 'ephemeral-storage') return []
  return refuse(`${BYTE_DIVISORS} are supported with the local ephemeral storage`)
}

function validateKeyRef(source: Field): readonly FieldFault[] {
  const name = source.field('name')
  return [
    ...checkSubdomain(name.text).map((detail) => invalid(name, name.text, detail)),
    ...requireChecked(source.field('key'), checkConfigKey),
  ]
}

/** Kubernetes prints faults of a whole source without its index. */
export function validateVariableSources(envFrom: Field): readonly FieldFault[] {
  return envFrom.items.flatMap((source, index) => {
    const references = ['configMapRef', 'secretRef'].map((name) => source.field(name))
    const present = references.filter(({ isPresent }) => isPresent)
    const place = envFrom.within(String(index))
    return [
      ...checkText(source.field('prefix'), checkVariableName),
      ...present.flatMap((reference) => requireChecked(reference.field('name'), checkSubdomain)),
      ...(present.length === 0
        ? [invalid(place, '', 'must specify one of: `configMapRef` or `secretRef`')]
        : []),
      ...(present.length > 1
        ? [invalid(place, '', 'may not have more than one field specified at a time')]
        : []),
    ]
  })
}
