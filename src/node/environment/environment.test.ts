import { describe, expect, test } from 'vitest'
import type { Secret } from '../../api/access.ts'
import type { ConfigMap } from '../../api/core.ts'
import type { Container, Pod } from '../../api/pod.ts'
import type { Service } from '../../api/service.ts'
import { ContainerConfigError } from '../container/container-config-error.ts'
import { buildEnvironment, type EnvironmentSources } from './environment.ts'
import { expandReferences } from './expansion.ts'

describe('references in values', () => {
  const values: Readonly<Record<string, string>> = { A: 'a', B: 'b', EMPTY: '' }
  test.each([
    ['$(A)', 'a'],
    ['x$(A)-$(B)y', 'xa-by'],
    ['$(EMPTY)', ''],
    ['$(UNKNOWN)', '$(UNKNOWN)'],
    ['$$(A)', '$(A)'],
    ['$$$(A)', '$a'],
    ['$$', '$'],
    ['$A', '$A'],
    ['$(A', '$(A'],
    ['$(A)$(', 'a$('],
    ['', ''],
  ])('%s becomes %s', (text, expected) => {
    expect(expandReferences(text, (name) => values[name])).toBe(expected)
  })
})

const pod: Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'web-1',
    namespace: 'shop',
    uid: 'uid-1',
    labels: { app: 'web' },
    annotations: { note: 'hello' },
  },
  spec: { nodeName: 'node-1', serviceAccountName: 'robot', containers: [] },
}

const settings: ConfigMap = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings' },
  data: { color: 'blue', 'bad.key': 'kept' },
}

const keys: Secret = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'keys' },
  data: { password: btoa('pa$$(X)'), 'tls.crt': btoa('cert') },
}

const api: Service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'my-api', namespace: 'shop' },
  spec: { clusterIP: '10.96.0.7', ports: [{ name: 'http', port: 80 }, { port: 9090 }] },
}

const sources: EnvironmentSources = {
  pod,
  podIP: '10.244.0.2',
  hostIP: '192.168.0.1',
  configMaps: new Map([['settings', settings]]),
  secrets: new Map([['keys', keys]]),
  services: [],
  allocatable: { cpu: '4', memory: '8Gi' },
}

const build = (container: Partial<Container>, changed: Partial<EnvironmentSources> = {}) =>
  buildEnvironment({ name: 'app', ...container }, { ...sources, ...changed })

test('a value refers only to variables defined above it (5.25)', () => {
  const env = [
    { name: 'EARLY', value: '$(LATE)' },
    { name: 'LATE', value: 'late' },
    { name: 'BOTH', value: '$(EARLY) $(LATE)' },
  ]
  expect(build({ env })).toEqual({ EARLY: '$(LATE)', LATE: 'late', BOTH: '$(LATE) late' })
})

test.each([
  ['metadata.name', 'web-1'],
  ['metadata.namespace', 'shop'],
  ['metadata.uid', 'uid-1'],
  ["metadata.labels['app']", 'web'],
  ["metadata.labels['none']", ''],
  ["metadata.labels['constructor']", ''],
  ["metadata.annotations['note']", 'hello'],
  ['spec.nodeName', 'node-1'],
  ['status.podIP', '10.244.0.2'],
  ['status.podIPs', '10.244.0.2'],
  ['status.hostIP', '192.168.0.1'],
  ['status.hostIPs', '192.168.0.1'],
  ['spec.serviceAccountName', 'robot'],
  ['metadata.labels', 'app="web"'],
])('fieldRef %s is %s', (fieldPath, expected) => {
  expect(build({ env: [{ name: 'X', valueFrom: { fieldRef: { fieldPath } } }] })).toEqual({
    X: expected,
  })
})

test('envFrom takes every key, with its prefix, and env wins over it', () => {
  const envFrom = [
    { configMapRef: { name: 'settings' } },
    { prefix: 'P_', configMapRef: { name: 'settings' } },
  ]
  const env = [{ name: 'color', value: 'not $(color)' }]
  expect(build({ envFrom, env })).toEqual({
    color: 'not blue',
    'bad.key': 'kept',
    P_color: 'blue',
    'P_bad.key': 'kept',
  })
})

const keyRef = (name: string, key: string, optional?: boolean) => ({
  env: [
    {
      name: 'X',
      valueFrom: { configMapKeyRef: { name, key, ...(optional && { optional }) } },
    },
  ],
})

test('a key of a ConfigMap is its value; a missing optional one is left out', () => {
  expect(build(keyRef('settings', 'color'))).toEqual({ X: 'blue' })
  expect(build(keyRef('settings', 'none', true))).toEqual({})
  expect(build(keyRef('settings', 'constructor', true))).toEqual({})
  expect(build(keyRef('nobody', 'none', true))).toEqual({})
  expect(build({ envFrom: [{ configMapRef: { name: 'nobody', optional: true } }] })).toEqual({})
})

const secretRef = (name: string, key: string, optional?: boolean) => ({
  env: [
    {
      name: 'X',
      valueFrom: { secretKeyRef: { name, key, ...(optional && { optional }) } },
    },
  ],
})

test('a Secret gives its decoded values as they are, nothing in them expanded', () => {
  expect(build(secretRef('keys', 'password'))).toEqual({ X: 'pa$$(X)' })
  expect(build({ envFrom: [{ prefix: 'K_', secretRef: { name: 'keys' } }] })).toEqual({
    K_password: 'pa$$(X)',
    'K_tls.crt': 'cert',
  })
  expect(build(secretRef('keys', 'none', true))).toEqual({})
  expect(build(secretRef('nobody', 'none', true))).toEqual({})
  expect(build({ envFrom: [{ secretRef: { name: 'nobody', optional: true } }] })).toEqual({})
})

test('a variable from a file is empty: the gate EnvFiles is off in 1.34', () => {
  const fileKeyRef = { volumeName: 'v', path: 'a.env', key: 'K' }
  expect(build({ env: [{ name: 'X', valueFrom: { fileKeyRef } }] })).toEqual({ X: '' })
})

test.each<[string, Partial<Container>]>([
  ['configmap "nobody" not found', keyRef('nobody', 'color')],
  ["couldn't find key none in ConfigMap shop/settings", keyRef('settings', 'none')],
  ['configmap "nobody" not found', { envFrom: [{ configMapRef: { name: 'nobody' } }] }],
  ['secret "nobody" not found', secretRef('nobody', 'password')],
  ["couldn't find key none in Secret shop/keys", secretRef('keys', 'none')],
  ['secret "nobody" not found', { envFrom: [{ secretRef: { name: 'nobody' } }] }],
  [
    'unsupported fieldPath: spec.restartPolicy',
    { env: [{ name: 'X', valueFrom: { fieldRef: { fieldPath: 'spec.restartPolicy' } } }] },
  ],
])('%s', (message, container) => {
  expect(() => build(container)).toThrow(new ContainerConfigError(message))
})

const kubernetes: Service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'kubernetes', namespace: 'default' },
  spec: { clusterIP: '10.96.0.1', ports: [{ name: 'https', port: 443 }] },
}

const hostNames = (given: Pod) =>
  Object.keys(build({}, { pod: given, services: [api, kubernetes] })).filter((name) =>
    name.endsWith('_HOST'),
  )

test('the API server is told even to who wants to hear of no Service', () => {
  const quiet = { ...pod, spec: { ...pod.spec, enableServiceLinks: false } }
  expect(hostNames(quiet)).toEqual(['KUBERNETES_SERVICE_HOST'])
  expect(hostNames(pod)).toEqual(['KUBERNETES_SERVICE_HOST', 'MY_API_SERVICE_HOST'])
})

test("a Service named kubernetes of the pod's own namespace stands before the API server", () => {
  const metadata = { name: 'kubernetes', namespace: 'shop' }
  const own: Service = { ...api, metadata }
  expect(build({}, { services: [own, kubernetes] })['KUBERNETES_SERVICE_HOST']).toBe('10.96.0.7')
})

test('every Service with an address gives its variables, under everything else', () => {
  const headless: Service = { ...api, metadata: { name: 'headless' }, spec: { clusterIP: 'None' } }
  const env = [
    { name: 'MY_API_PORT', value: 'mine' },
    { name: 'URL', value: 'http://$(MY_API_SERVICE_HOST):$(MY_API_SERVICE_PORT)' },
  ]
  expect(build({ env }, { services: [api, headless] })).toEqual({
    MY_API_SERVICE_HOST: '10.96.0.7',
    MY_API_SERVICE_PORT: '80',
    MY_API_SERVICE_PORT_HTTP: '80',
    MY_API_PORT: 'mine',
    MY_API_PORT_80_TCP: 'tcp://10.96.0.7:80',
    MY_API_PORT_80_TCP_PROTO: 'tcp',
    MY_API_PORT_80_TCP_PORT: '80',
    MY_API_PORT_80_TCP_ADDR: '10.96.0.7',
    MY_API_PORT_9090_TCP: 'tcp://10.96.0.7:9090',
    MY_API_PORT_9090_TCP_PROTO: 'tcp',
    MY_API_PORT_9090_TCP_PORT: '9090',
    MY_API_PORT_9090_TCP_ADDR: '10.96.0.7',
    URL: 'http://10.96.0.7:80',
  })
})
