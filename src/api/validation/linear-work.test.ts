import { expect, test } from 'vitest'
import type { ApiObject } from '../meta.ts'
import { validateObject, validateUpdate } from '../validation.ts'

const MANY = 300

/** A list that counts how often somebody reads an item of it. */
function counted<T>(items: readonly T[]): {
  readonly list: readonly T[]
  readonly reads: () => number
} {
  let reads = 0
  const list = new Proxy(items, {
    get(target, key, receiver): unknown {
      if (typeof key === 'string' && /^\d+$/.test(key)) reads += 1
      return Reflect.get(target, key, receiver)
    },
  })
  return { list, reads: () => reads }
}

function many<T>(item: (index: number) => T): readonly T[] {
  return Array.from({ length: MANY }, (_, index) => item(index))
}

function object(apiVersion: string, kind: string, parts: object): ApiObject {
  return { apiVersion, kind, metadata: { name: 'a', namespace: 'shop' }, ...parts }
}

function pod(spec: object, container: object = {}): ApiObject {
  const containers = [{ name: 'app', image: 'app', ...container }]
  return object('v1', 'Pod', { spec: { containers, ...spec } })
}

const VOLUMES = many((index) => ({ name: `v${index}`, emptyDir: {} }))

test.each<[string, readonly object[], (list: readonly object[]) => ApiObject]>([
  [
    'ports of a Service',
    many((index) => ({ name: `p${index}`, port: index + 1, protocol: 'TCP' })),
    (ports) => object('v1', 'Service', { spec: { type: 'ClusterIP', ports } }),
  ],
  [
    'topology spread constraints',
    many((index) => ({ topologyKey: `t${index}`, maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule' })),
    (topologySpreadConstraints) => pod({ topologySpreadConstraints }),
  ],
  [
    'volume devices',
    many((index) => ({ name: `v${index}`, devicePath: `/d${index}` })),
    (volumeDevices) => {
      const volumeMounts = many((index) => ({ name: `v${index}`, mountPath: `/m${index}` }))
      return pod({ volumes: VOLUMES }, { volumeDevices, volumeMounts })
    },
  ],
  [
    'volume mounts',
    many((index) => ({ name: `v${index}`, mountPath: `/m${index}` })),
    (volumeMounts) => {
      const volumeDevices = many((index) => ({ name: `v${index}`, devicePath: `/d${index}` }))
      return pod({ volumes: VOLUMES }, { volumeDevices, volumeMounts })
    },
  ],
  ['volumes', VOLUMES, (volumes) => pod({ volumes })],
  [
    'addresses of a Node',
    many((index) => ({ type: 'InternalIP', address: `10.0.0.${index}` })),
    (addresses) => object('v1', 'Node', { metadata: { name: 'a' }, status: { addresses } }),
  ],
])('%s are each read a few times, however many there are', (_, items, objectWith) => {
  const { list, reads } = counted(items)
  const sent = objectWith(list)
  validateObject(sent)
  validateUpdate(sent, sent)
  expect(reads()).toBeGreaterThan(0)
  expect(reads()).toBeLessThan(40 * MANY)
})

test('an object with many controllers is not told all of them again with each', () => {
  const ownerReferences = many(() => ({
    apiVersion: 'v1',
    kind: 'Pod',
    name: 'owner',
    uid: 'u',
    controller: true,
  }))
  const metadata = { name: 'a', namespace: 'shop', ownerReferences }
  const faults = validateObject({ apiVersion: 'v1', kind: 'ConfigMap', metadata })
  const told = faults.filter(({ message }) => message.includes('Only one reference'))
  expect(told).toHaveLength(8)
})
