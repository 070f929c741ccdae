import {
  change,
  CONFIG_MAP,
  DEPLOYMENT,
  EVENT,
  POD,
  SECRET,
  SERVICE,
  type JsonObject,
} from './base-objects.ts'

/** A body to send as text, since two fields of one name are no object. */
export interface DecodingCase {
  readonly name: string
  readonly kind: string
  readonly body: string
  readonly fieldValidation: 'Ignore' | 'Warn' | 'Strict'
}

const FIRST = 'spec.template.spec.containers.0'
const LONG_INTEGER = 2 ** 31

const WRONG_TYPES: readonly (readonly [base: JsonObject, path: string, value: unknown])[] = [
  [DEPLOYMENT, 'spec.replicas', 'three'],
  [DEPLOYMENT, 'spec.replicas', 1.5],
  [DEPLOYMENT, 'spec.replicas', LONG_INTEGER],
  [DEPLOYMENT, 'spec.replicas', true],
  [DEPLOYMENT, 'spec.replicas', []],
  [DEPLOYMENT, 'spec.paused', 1],
  [DEPLOYMENT, 'spec.template', []],
  [DEPLOYMENT, 'spec.template.spec.containers', {}],
  [DEPLOYMENT, 'spec.template.spec.containers', ['x']],
  [DEPLOYMENT, `${FIRST}.command`, ['a', 1]],
  [DEPLOYMENT, `${FIRST}.command`, 'a'],
  [DEPLOYMENT, `${FIRST}.ports`, [{ containerPort: '80' }]],
  [DEPLOYMENT, `${FIRST}.resources`, { limits: { cpu: 'much' } }],
  [DEPLOYMENT, `${FIRST}.resources`, { limits: 'x' }],
  [DEPLOYMENT, `${FIRST}.livenessProbe`, { tcpSocket: { port: true } }],
  [DEPLOYMENT, `${FIRST}.livenessProbe`, { httpGet: { port: 1.5 } }],
  [DEPLOYMENT, `${FIRST}.imagePullPolicy`, 1],
  [DEPLOYMENT, `${FIRST}.env`, [{ name: 'A', value: 1 }]],
  [DEPLOYMENT, 'metadata.labels', { a: 1 }],
  [DEPLOYMENT, 'metadata.labels', 'x'],
  [DEPLOYMENT, 'metadata.creationTimestamp', 'today'],
  [DEPLOYMENT, 'metadata.creationTimestamp', '2026-13-01T00:00:00Z'],
  [DEPLOYMENT, 'metadata.creationTimestamp', '2026-01-01T00:00:00'],
  [DEPLOYMENT, 'metadata.creationTimestamp', 5],
  [DEPLOYMENT, 'metadata.ownerReferences', [{ controller: 'yes' }]],
  [DEPLOYMENT, 'metadata.finalizers', 'x'],
  [DEPLOYMENT, 'metadata.managedFields', 'x'],
  [DEPLOYMENT, 'metadata', 5],
  [DEPLOYMENT, 'spec', 'x'],
  [DEPLOYMENT, 'spec.selector.matchLabels', { a: {} }],
  [DEPLOYMENT, 'spec.template.spec.terminationGracePeriodSeconds', 'x'],
  [DEPLOYMENT, 'spec.template.spec.volumes', [{ name: 'a', emptyDir: 'x' }]],
  [DEPLOYMENT, 'spec.template.spec.nodeSelector', { a: true }],
  [POD, 'spec.containers.0.name', 1],
  [POD, 'spec.restartPolicy', []],
  [SERVICE, 'spec.ports.0.port', '80'],
  [SERVICE, 'spec.selector', ['a']],
  [SERVICE, 'spec.type', 5],
  [CONFIG_MAP, 'data', { a: 1 }],
  [CONFIG_MAP, 'data', 'a'],
  [CONFIG_MAP, 'binaryData', { a: '!' }],
  [SECRET, 'data', { a: '!x' }],
  [SECRET, 'data', { a: 'aGk' }],
  [SECRET, 'data', { a: 'aGk=aGk=' }],
  [SECRET, 'data', { a: 5 }],
  [SECRET, 'type', 5],
  [EVENT, 'eventTime', 'x'],
  [EVENT, 'eventTime', '2026-01-01T00:00:00Z'],
  [EVENT, 'count', 'x'],
]

const UNKNOWN_FIELDS: readonly (readonly [name: string, paths: readonly string[]])[] = [
  ['one field that there is not', ['spec.foo']],
  ['a field of a container that there is not', [`${FIRST}.imagee`]],
  ['several fields that there are not', ['foo', 'spec.bar', 'metadata.foo', `${FIRST}.x`]],
  ['a field beside the labels', ['metadata.label']],
]

const LEVELS = ['Strict', 'Warn', 'Ignore'] as const

export const DECODING_CASES: readonly DecodingCase[] = [
  ...WRONG_TYPES.map(([base, path, value]) => ({
    name: `${kindOf(base)} ${path}: ${JSON.stringify(value)}`,
    kind: kindOf(base),
    body: JSON.stringify(change(base, path, value)),
    fieldValidation: 'Strict' as const,
  })),
  ...UNKNOWN_FIELDS.flatMap(([name, paths]) =>
    LEVELS.map((fieldValidation) => ({
      name: `${name}: ${fieldValidation}`,
      kind: 'Deployment',
      body: JSON.stringify(
        paths.reduce((object, path) => change(object, path, { y: 1 }), DEPLOYMENT),
      ),
      fieldValidation,
    })),
  ),
]

function kindOf({ kind }: JsonObject): string {
  return typeof kind === 'string' ? kind : ''
}
