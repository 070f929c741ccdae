import { describe, expect, test } from 'vitest'
import type { Container, Pod } from '../../api/pod.ts'
import type { ResourceFieldRef } from '../../api/volume.ts'
import { resourceOfFile, resourceOfVariable } from './resource-field.ts'

const app: Container = {
  name: 'app',
  resources: {
    requests: { cpu: '50m', memory: '64Mi', 'ephemeral-storage': '1Gi', 'hugepages-2Mi': '4Mi' },
    limits: { cpu: '1500m', memory: '100M' },
  },
}
const bare: Container = { name: 'bare' }
const first: Container = { name: 'first' }

const newPod = (resources: Pod['spec']['resources'] = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web-1' },
  spec: { containers: [app, bare], initContainers: [first], resources },
})
const allocatable = { cpu: '4', memory: '8Gi', 'ephemeral-storage': '20Gi' }

// Values are rounded up: https://kubernetes.io/docs/tasks/inject-data-application/environment-variable-expose-pod-information/
describe('a variable', () => {
  test.each<[string, Container, ResourceFieldRef]>([
    ['1', app, { resource: 'requests.cpu' }],
    ['50', app, { resource: 'requests.cpu', divisor: '1m' }],
    ['2', app, { resource: 'limits.cpu' }],
    ['1500', app, { resource: 'limits.cpu', divisor: '1m' }],
    ['67108864', app, { resource: 'requests.memory' }],
    ['64', app, { resource: 'requests.memory', divisor: '1Mi' }],
    ['96', app, { resource: 'limits.memory', divisor: '1Mi' }],
    ['1', app, { resource: 'requests.ephemeral-storage', divisor: '1Gi' }],
    ['2', app, { resource: 'requests.hugepages-2Mi', divisor: '2Mi' }],
    ['50', app, { resource: 'requests.cpu', divisor: '1m', containerName: 'app' }],
    ['4', bare, { resource: 'limits.cpu', divisor: '0' }],
    ['8589934592', bare, { resource: 'limits.memory' }],
    ['20', bare, { resource: 'limits.ephemeral-storage', divisor: '1Gi' }],
    ['0', bare, { resource: 'requests.cpu' }],
    ['4', app, { resource: 'limits.cpu', containerName: 'bare' }],
    ['4', first, { resource: 'limits.cpu' }],
    ['0', app, { resource: 'limits.cpu', containerName: 'first' }],
  ])('is %s for container %j, %j', (expected, container, ref) => {
    expect(resourceOfVariable(ref, newPod(), { container, allocatable })).toBe(expected)
  })

  test("shows the pod's own limit before what the node has", () => {
    const pod = newPod({ limits: { cpu: '2', memory: '0' } })
    const of = (resource: string) =>
      resourceOfVariable({ resource }, pod, { container: bare, allocatable })
    expect([of('limits.cpu'), of('limits.memory')]).toEqual(['2', '8589934592'])
  })

  test.each([
    ['unsupported container resource : limits.storage', { resource: 'limits.storage' }],
    ['unsupported container resource : cpu', { resource: 'cpu' }],
    ['container nobody not found', { resource: 'limits.cpu', containerName: 'nobody' }],
  ])('is refused: %s', (message, ref) => {
    const asked = () => resourceOfVariable(ref, newPod(), { container: app, allocatable })
    expect(asked).toThrow(expect.objectContaining({ name: 'ContainerConfigError', message }))
  })
})

const inFile = (containerName: string) =>
  resourceOfFile({ resource: 'limits.cpu', containerName }, newPod({ limits: { cpu: '2' } }), {
    allocatable,
  })

test('a file shows the limit of the container that it names, or what the node has', () => {
  expect([inFile('app'), inFile('bare'), inFile('first')]).toEqual(['2', '4', '4'])
  expect(() => inFile('')).toThrow('container  not found')
})
