import { describe, expect, test } from 'vitest'
import type { Service, ServiceSpec } from '../api/service.ts'
import { seededRandom } from '../world/random.ts'
import { newVirtualClock } from '../world/virtual-clock.ts'
import { Store } from './store.ts'

// What is expected here was measured on kube-apiserver 1.34.4, messages included.

describe('a ClusterIP', () => {
  test('is chosen from 10.96.0.0/16, above the band for requested addresses', () => {
    const store = newStore()
    const addresses = Array.from({ length: 300 }, (_, index) => {
      const { clusterIP, clusterIPs } = store.create('Service', service(`s${index}`)).spec
      expect(clusterIPs).toEqual([clusterIP])
      expect(clusterIP).toMatch(/^10\.96\.(?!0\.)\d+\.\d+$/)
      return clusterIP
    })
    expect(new Set(addresses).size).toBe(300)
  })

  test.each([
    ['10.96.0.77', '["10.96.0.77"]', 'provided IP is already allocated'],
    ['10.0.0.77', '["10.0.0.77"]', 'the provided network does not match the current range'],
  ])('that is asked for as %s is refused: it is taken or foreign', (clusterIP, value, why) => {
    const store = newStore()
    store.create('Service', service('first', { clusterIP: '10.96.0.77' }))
    expect(() => store.create('Service', service('second', { clusterIP }))).toThrow(
      `Service "second" is invalid: spec.clusterIPs: Invalid value: ${value}: failed to allocate IP ${clusterIP}: ${why}`,
    )
    expect(() => store.get('Service', name('second'))).toThrow('not found')
  })

  test('is free again when its Service is gone', () => {
    const store = newStore()
    store.create('Service', service('first', { clusterIP: '10.96.0.77' }))
    store.delete('Service', name('first'))
    const second = store.create('Service', service('second', { clusterIP: '10.96.0.77' }))
    expect(second.spec.clusterIP).toBe('10.96.0.77')
  })

  test('stays with its Service through updates that leave it out', () => {
    const store = newStore()
    const { clusterIP } = store.create('Service', service('web')).spec
    const updated = store.update('Service', service('web', { selector: { app: 'web' } }))
    expect(updated.spec).toMatchObject({ clusterIP, clusterIPs: [clusterIP] })
  })

  test.each(['10.96.0.99', 'None'])('does not change to %s once it is set', (clusterIP) => {
    const store = newStore()
    store.create('Service', service('web'))
    expect(() => store.patch('Service', name('web'), { spec: { clusterIP } })).toThrow(
      `Service "web" is invalid: spec.clusterIPs[0]: Invalid value: ["${clusterIP}"]: may not change once set`,
    )
  })

  test('is None for a headless Service, as often as wanted', () => {
    const store = newStore()
    for (const each of ['a', 'b']) {
      const { spec } = store.create('Service', service(each, { clusterIP: 'None' }))
      expect([spec.clusterIP, spec.clusterIPs]).toEqual(['None', ['None']])
    }
  })

  test('comes and goes with the type', () => {
    const store = newStore()
    const spec = { type: 'ExternalName', externalName: 'a.example' } as const
    const metadata = name('web')
    const named = store.create('Service', { apiVersion: 'v1', kind: 'Service', metadata, spec })
    expect(named.spec.clusterIP).toBeUndefined()
    const patch = { spec: { type: 'ClusterIP', externalName: null, ports: [{ port: 80 }] } }
    const { clusterIP } = store.patch('Service', metadata, patch).spec
    expect(clusterIP).toMatch(/^10\.96\./)
    const back = store.patch('Service', metadata, { spec })
    expect(back.spec.clusterIP).toBeUndefined()
    const again = store.create('Service', service('other', { clusterIP: clusterIP ?? '' }))
    expect(again.spec.clusterIP).toBe(clusterIP)
  })
})

describe('a node port', () => {
  test('is chosen from 30000 to 32767 and kept by updates', () => {
    const store = newStore()
    const created = store.create('Service', service('web', { type: 'NodePort' }))
    const nodePort = created.spec.ports?.[0]?.nodePort ?? 0
    expect(nodePort).toBeGreaterThanOrEqual(30_000)
    expect(nodePort).toBeLessThanOrEqual(32_767)
    const updated = store.update('Service', service('web', { type: 'NodePort' }))
    expect(updated.spec.ports?.[0]?.nodePort).toBe(nodePort)
  })

  test.each([
    [30_777, 'provided port is already allocated'],
    [777, 'provided port is not in the valid range. The range of valid ports is 30000-32767'],
  ])('that is asked for as %i is refused: it is taken or out of range', (nodePort, why) => {
    const store = newStore()
    store.create('Service', service('first', withPort(30_777)))
    expect(() => store.create('Service', service('second', withPort(nodePort)))).toThrow(
      `Service "second" is invalid: spec.ports[0].nodePort: Invalid value: ${nodePort}: ${why}`,
    )
  })

  test('goes with the type', () => {
    const store = newStore()
    store.create('Service', service('web', { type: 'NodePort' }))
    const patched = store.patch('Service', name('web'), { spec: { type: 'ClusterIP' } })
    expect(patched.spec.ports?.[0]?.nodePort).toBeUndefined()
  })
})

function withPort(nodePort: number): Partial<ServiceSpec> {
  return { type: 'NodePort', ports: [{ port: 80, nodePort }] }
}

function newStore(): Store {
  return new Store({ clock: newVirtualClock(), random: seededRandom(7) })
}

function name(name: string) {
  return { namespace: 'default', name }
}

function service(serviceName: string, spec: Partial<ServiceSpec> = {}): Service {
  const metadata = name(serviceName)
  return { apiVersion: 'v1', kind: 'Service', metadata, spec: { ports: [{ port: 80 }], ...spec } }
}
