import { describe, expect, test } from 'vitest'
import type { Deployment, ReplicaSet } from '../api/workload.ts'
import { seededRandom } from '../world/random.ts'
import { newVirtualClock } from '../world/virtual-clock.ts'
import { Store } from './store.ts'

// What is expected here was measured on kube-apiserver 1.34.4, messages included.

const NAME = { namespace: 'default', name: 'web' }

describe('what the server fills in', () => {
  test('a new object has a version 4 UUID, a version, a time and no status of its creator', () => {
    const { store, clock } = newStore()
    const created = store.create('Deployment', { ...deployment(), status: { replicas: 7 } })
    expect(created.metadata).toEqual({
      name: 'web',
      namespace: 'default',
      uid: expect.stringMatching(
        /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      ),
      resourceVersion: '2',
      generation: 1,
      creationTimestamp: '2026-01-01T00:00:00Z',
    })
    expect(created.status).toEqual({})
    expect(clock.timerCount).toBe(0)
  })

  test('what the creator says of the fields of the server does not count', () => {
    const { store } = newStore()
    const { metadata } = store.create('ConfigMap', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        ...NAME,
        uid: 'mine',
        creationTimestamp: '2020-01-01T00:00:00Z',
        deletionTimestamp: '2020-01-01T00:00:00Z',
        deletionGracePeriodSeconds: 4,
        finalizers: ['example.com/wait'],
      },
    })
    expect(metadata.uid).not.toBe('mine')
    expect(metadata.creationTimestamp).toBe('2026-01-01T00:00:00Z')
    expect(metadata.deletionTimestamp).toBeUndefined()
    expect(metadata.deletionGracePeriodSeconds).toBeUndefined()
    expect(metadata.finalizers).toEqual(['example.com/wait'])
  })

  test('each kind has its first status', () => {
    const { store } = newStore()
    expect(store.get('Namespace', { name: 'default' }).status).toEqual({ phase: 'Active' })
    expect(store.create('ReplicaSet', replicaSet()).status).toEqual({ replicas: 0 })
    const ready = { conditions: [{ type: 'Ready', status: 'True' }] } as const
    const metadata = { name: 'n' }
    const node = store.create('Node', { apiVersion: 'v1', kind: 'Node', metadata, status: ready })
    expect(node.status).toEqual(ready)
  })

  test('a name for an object without one is cut to fit a DNS label', () => {
    const { store } = newStore()
    const base = 'g'.repeat(70)
    const { name } = store.create('ConfigMap', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: '', generateName: base },
    }).metadata
    expect(name).toMatch(/^g{58}[bcdfghjklmnpqrstvwxz2456789]{5}$/)
  })

  test('the same seed gives the same identities', () => {
    expect(newIdentity()).toEqual(newIdentity())
  })
})

describe('generation', () => {
  test.each([
    ['its spec', { spec: { replicas: 3 } }, 2],
    ['an annotation', { metadata: { annotations: { a: 'b' } } }, 2],
    ['a label', { metadata: { labels: { a: 'b' } } }, 1],
    ['a status that does not count here', { status: { replicas: 3 } }, 1],
    ['nothing', { spec: { replicas: 1 } }, 1],
    ['the generation itself', { metadata: { generation: 55 } }, 1],
  ])('of a Deployment after a change of %s', (_, patch, generation) => {
    const { store } = newStore()
    store.create('Deployment', deployment())
    expect(store.patch('Deployment', NAME, patch).metadata.generation).toBe(generation)
  })

  test('of a ReplicaSet does not count annotations', () => {
    const { store } = newStore()
    store.create('ReplicaSet', replicaSet())
    const annotated = store.patch('ReplicaSet', NAME, { metadata: { annotations: { a: 'b' } } })
    expect(annotated.metadata.generation).toBe(1)
    const scaled = store.patch('ReplicaSet', NAME, { spec: { replicas: 3 } })
    expect(scaled.metadata.generation).toBe(2)
  })

  test('of a Pod stays 1 when it is bound to its node', () => {
    const { store } = newStore()
    store.create('Pod', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: NAME,
      spec: { containers: [{ name: 'c', image: 'x' }] },
    })
    const bound = store.patch('Pod', NAME, { spec: { nodeName: 'n' } })
    expect([bound.spec.nodeName, bound.metadata.generation]).toEqual(['n', 1])
  })

  test('a Service has none', () => {
    const { store } = newStore()
    const service = store.create('Service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: NAME,
      spec: { ports: [{ port: 80 }] },
    })
    expect(service.metadata.generation).toBeUndefined()
  })
})

describe('an update', () => {
  test('by the status subresource keeps the spec and, of a Deployment, the labels', () => {
    const { store } = newStore()
    store.create('Deployment', deployment())
    const updated = store.patch(
      'Deployment',
      NAME,
      {
        metadata: { labels: { q: 'y' }, annotations: { q: 'w' }, finalizers: ['a.example/b'] },
        spec: { replicas: 3 },
        status: { replicas: 2 },
      },
      { subresource: 'status' },
    )
    expect(updated.metadata.labels).toBeUndefined()
    expect(updated.metadata.annotations).toEqual({ q: 'w' })
    expect(updated.metadata.finalizers).toEqual(['a.example/b'])
    expect([updated.spec.replicas, updated.status?.replicas]).toEqual([1, 2])
    expect(updated.metadata.generation).toBe(1)
  })

  test('of the status of another object of that name is refused', () => {
    const { store } = newStore()
    const created = store.create('Deployment', deployment())
    const patch = { metadata: { uid: 'zz' }, status: { replicas: 1 } }
    expect(() => store.patch('Deployment', NAME, patch, { subresource: 'status' })).toThrow(
      'Deployment.apps "web" is invalid: metadata.uid: Invalid value: "zz": field is immutable',
    )
    expect(store.get('Deployment', NAME)).toBe(created)
  })

  test('of another object of that name is a Conflict', () => {
    const { store } = newStore()
    const first = store.create('Deployment', deployment())
    store.delete('Deployment', NAME)
    const second = store.create('Deployment', deployment())
    expect(() => store.update('Deployment', first)).toThrow(
      `Operation cannot be fulfilled on deployments.apps "web": StorageError: invalid object, Code: 4, Key: /registry/deployments/default/web, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${first.metadata.uid}, UID in object meta: ${second.metadata.uid}`,
    )
  })

  test.each([
    [
      { metadata: { name: 'zz' } },
      'the name of the object (zz) does not match the name on the URL (web)',
    ],
    [
      { metadata: { namespace: 'zz' } },
      'the namespace of the provided object does not match the namespace sent on the request',
    ],
    [
      { metadata: { uid: 'zz' } },
      'Deployment.apps "web" is invalid: metadata.uid: Invalid value: "zz": field is immutable',
    ],
    [
      { metadata: { deletionTimestamp: '2020-01-01T00:00:00Z' } },
      'Deployment.apps "web" is invalid: metadata.deletionTimestamp: Invalid value: "2020-01-01T00:00:00Z": field is immutable',
    ],
    [
      { metadata: { resourceVersion: '1' } },
      'Operation cannot be fulfilled on deployments.apps "web": the object has been modified; please apply your changes to the latest version and try again',
    ],
    [
      {
        spec: {
          selector: { matchLabels: { app: 'zz' } },
          template: { metadata: { labels: { app: 'zz' } } },
        },
      },
      'Deployment.apps "web" is invalid: spec.selector: Invalid value: {"matchLabels":{"app":"zz"}}: field is immutable',
    ],
  ])('is refused: %j', (patch, message) => {
    const { store } = newStore()
    const created = store.create('Deployment', deployment())
    expect(() => store.patch('Deployment', NAME, patch)).toThrow(message)
    expect(store.get('Deployment', NAME)).toBe(created)
  })

  test.each([
    ['abc', 'invalid syntax'],
    ['-1', 'invalid syntax'],
    ['99999999999999999999', 'value out of range'],
  ])('from version %s is refused in the words of Go', (resourceVersion, why) => {
    const { store } = newStore()
    store.create('Deployment', deployment())
    const patch = { metadata: { resourceVersion } }
    const message = `strconv.ParseUint: parsing "${resourceVersion}": ${why}`
    expect(() => store.patch('Deployment', NAME, patch)).toThrow(
      expect.objectContaining({ reason: 'Unknown', code: 500, message }),
    )
  })

  test.each(['', '0'])('from version %j is from any', (resourceVersion) => {
    const { store } = newStore()
    const created = store.create('Deployment', deployment())
    expect(store.patch('Deployment', NAME, { metadata: { resourceVersion } })).toBe(created)
  })

  test('of a Lease has to say its version', () => {
    const { store } = newStore()
    const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: NAME } as const
    const created = store.create('Lease', lease)
    expect(() => store.update('Lease', lease)).toThrow(
      'leases.coordination.k8s.io "web" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
    )
    expect(store.update('Lease', created)).toBe(created)
  })

  test('of an object that is not there creates it where Kubernetes does', () => {
    const { store } = newStore()
    const endpoints = { apiVersion: 'v1', kind: 'Endpoints', metadata: NAME } as const
    expect(store.updateOrCreate('Endpoints', endpoints).created).toBe(true)
    expect(store.updateOrCreate('Endpoints', endpoints).created).toBe(false)
    expect(() => store.updateOrCreate('Deployment', deployment())).toThrow('"web" not found')
    const other = { ...endpoints, metadata: { ...NAME, name: 'other', uid: 'x' } }
    expect(() => store.updateOrCreate('Endpoints', other)).toThrow(
      'Operation cannot be fulfilled on endpoints "other": StorageError: invalid object, Code: 4, Key: /registry/services/endpoints/default/other, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: x, UID in object meta: ',
    )
  })

  test('of the grace period of a deletion is refused, and told twice as Kubernetes does', () => {
    const { store } = newStore()
    store.create('Deployment', deployment())
    const patch = { metadata: { deletionGracePeriodSeconds: 7 } }
    const cause = {
      field: 'metadata.deletionGracePeriodSeconds',
      reason: 'FieldValueInvalid',
      message: 'Invalid value: 7: field is immutable',
    }
    expect(() => store.patch('Deployment', NAME, patch)).toThrow(
      expect.objectContaining({
        message: `Deployment.apps "web" is invalid: ${cause.field}: ${cause.message}`,
        causes: [cause, cause],
      }),
    )
  })

  test('that leaves the time of creation out, or changes it, keeps it', () => {
    const { store } = newStore()
    const created = store.create('Deployment', deployment())
    const metadata = { creationTimestamp: '2020-01-01T00:00:00Z' }
    expect(store.patch('Deployment', NAME, { metadata })).toBe(created)
    expect(store.update('Deployment', deployment())).toBe(created)
  })

  test('hands out frozen objects that share what did not change', () => {
    const { store } = newStore()
    const created = store.create('Deployment', deployment())
    const scaled = store.patch('Deployment', NAME, { spec: { replicas: 3 } })
    expect(Object.isFrozen(scaled.spec.template.spec.containers[0])).toBe(true)
    expect(scaled.spec.template).toBe(created.spec.template)
    expect(created.spec.replicas).toBe(1)
  })
})

describe('a creation is refused', () => {
  test('with a version', () => {
    const { store } = newStore()
    const metadata = { ...NAME, resourceVersion: '5' }
    expect(() => store.create('Deployment', { ...deployment(), metadata })).toThrow(
      'resourceVersion should not be set on objects to be created',
    )
  })

  test('without a name', () => {
    const { store } = newStore()
    const metadata = { name: '' }
    expect(() =>
      store.create('ConfigMap', { apiVersion: 'v1', kind: 'ConfigMap', metadata }),
    ).toThrow(
      'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
    )
  })

  test('in a namespace that is being deleted', () => {
    const { store } = newStore()
    const metadata = { name: 'ns' }
    store.create('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata })
    store.delete('Namespace', metadata)
    expect(store.get('Namespace', metadata).status?.phase).toBe('Terminating')
    const inside = { ...deployment(), metadata: { name: 'web', namespace: 'ns' } }
    expect(() => store.create('Deployment', inside)).toThrow(
      expect.objectContaining({
        message:
          'deployments.apps "web" is forbidden: unable to create new content in namespace ns because it is being terminated',
        causes: [
          {
            reason: 'NamespaceTerminating',
            field: 'metadata.namespace',
            message: 'namespace ns is being terminated',
          },
        ],
      }),
    )
  })
})

function newStore() {
  const clock = newVirtualClock()
  return { clock, store: new Store({ clock, random: seededRandom(7) }) }
}

function newIdentity() {
  const metadata = { name: '', generateName: 'web-' }
  const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata } as const
  return newStore().store.create('ConfigMap', map).metadata
}

function deployment(): Deployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: NAME,
    spec: { selector: { matchLabels: { app: 'web' } }, template: template() },
  }
}

function replicaSet(): ReplicaSet {
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: NAME,
    spec: { selector: { matchLabels: { app: 'web' } }, template: template() },
  }
}

function template() {
  return {
    metadata: { labels: { app: 'web' } },
    spec: { containers: [{ name: 'c', image: 'web:v1' }] },
  }
}
