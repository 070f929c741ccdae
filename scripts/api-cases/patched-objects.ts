/** What a recorded patch is made of: the objects that patches are tried on, and parts of patches. */
import { change, changeAll, CONFIG_MAP, DEPLOYMENT, SERVICE } from './base-objects.ts'
import type { JsonObject } from './base-objects.ts'

export type PatchType = 'json' | 'merge' | 'strategic'

/** The object that is there, the type of the patch, and the patch. */
export type PatchCase = readonly [
  name: string,
  object: JsonObject,
  type: PatchType,
  patch: unknown,
  /** Sent to this subresource; otherwise to the object. */
  subresource?: 'status',
]

/** The controller leaves its revision alone. */
export const PAUSED = change(DEPLOYMENT, 'spec.paused', true)

const CONTAINERS = [
  {
    name: 'app',
    image: 'app:v1',
    env: [
      { name: 'A', value: '1' },
      { name: 'B', value: '2' },
      { name: 'C', value: '3' },
    ],
    ports: [
      { name: 'http', containerPort: 80 },
      { name: 'admin', containerPort: 81 },
    ],
    volumeMounts: [
      { name: 'work', mountPath: '/a' },
      { name: 'work', mountPath: '/b' },
    ],
    args: ['one', 'two'],
  },
  { name: 'log', image: 'log:v1' },
  { name: 'mesh', image: 'mesh:v1' },
]

export const WORKLOAD = changeAll(DEPLOYMENT, {
  'metadata.annotations': { note: 'first', other: 'kept' },
  'metadata.labels': { app: 'web', tier: 'front' },
  'spec.replicas': 0,
  'spec.paused': true,
  'spec.template.spec.containers': CONTAINERS,
  'spec.template.spec.volumes': [
    { name: 'work', emptyDir: {} },
    { name: 'conf', configMap: { name: 'web' } },
  ],
  'spec.template.spec.tolerations': [{ key: 'a', operator: 'Exists' }],
  'spec.template.spec.imagePullSecrets': [{ name: 'one' }, { name: 'two' }],
  'spec.template.spec.hostAliases': [{ ip: '10.0.0.1', hostnames: ['one'] }],
})

export const HELD = changeAll(CONFIG_MAP, {
  'metadata.finalizers': ['test.example/one', 'test.example/two', 'test.example/three'],
  'metadata.labels': { a: '1', 'example.com/b_c': '2' },
  data: { key: 'value', other: 'text' },
})

export const PORTS = change(SERVICE, 'spec.ports', [
  { name: 'http', port: 80 },
  { name: 'https', port: 443 },
  { name: 'dns', port: 53, protocol: 'UDP' },
])

// The garbage collector does not touch an object whose owner is of a kind that it does not know.
export const OWNER = { apiVersion: 'test.example/v1', kind: 'Thing', name: 'one', uid: 'uid-1' }
export const OWNED = change(CONFIG_MAP, 'metadata.ownerReferences', [
  OWNER,
  { ...OWNER, name: 'two', uid: 'uid-2' },
])

export function inTemplate(spec: unknown): unknown {
  return { spec: { template: { spec } } }
}

export function containers(...items: readonly unknown[]): unknown {
  return inTemplate({ containers: items })
}

export const NAMES = (...names: readonly string[]): unknown => names.map((name) => ({ name }))
