import { describe, expect, test } from 'vitest'
import type { ConfigMap } from '../api/core.ts'
import type { Container, Pod } from '../api/pod.ts'
import type { Service } from '../api/service.ts'
import { containerConfig } from './container-config.ts'
import { buildEnvironment, ContainerConfigError, type EnvironmentSources } from './environment.ts'
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
  spec: { nodeName: 'node-1', containers: [] },
}

const settings: ConfigMap = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings' },
  data: { color: 'blue', 'bad.key': 'kept' },
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
  services: [],
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
  ['status.hostIP', '192.168.0.1'],
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

test.each<[string, Partial<Container>]>([
  ['configmap "nobody" not found', keyRef('nobody', 'color')],
  ["couldn't find key none in ConfigMap shop/settings", keyRef('settings', 'none')],
  ['configmap "nobody" not found', { envFrom: [{ configMapRef: { name: 'nobody' } }] }],
  [
    'environment variables from secretKeyRef are not supported by hitless; use value, fieldRef or a ConfigMap',
    { env: [{ name: 'X', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] },
  ],
])('%s', (message, container) => {
  expect(() => build(container)).toThrow(new ContainerConfigError(message))
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

describe('the command', () => {
  const image = { command: ['node', 'server.mjs'], env: { MODE: 'image' }, workingDir: '/srv' }
  const instance = { id: 'uid-1-app-2', restart: 2, logDirectory: '/logs' }
  const configure = (container: Partial<Container>) =>
    containerConfig({ name: 'app', ...container }, image, instance, sources)

  test.each<[string, Partial<Container>, readonly string[]]>([
    ["the image's", {}, ['node', 'server.mjs']],
    ["args after the image's", { args: ['--x'] }, ['node', 'server.mjs', '--x']],
    ["the manifest's", { command: ['run'] }, ['run']],
    [
      "the manifest's with args",
      { command: ['run'], args: ['a', '$(MODE)'] },
      ['run', 'a', 'image'],
    ],
    ['with references to nothing', { command: ['$(constructor)'] }, ['$(constructor)']],
  ])('is %s', (_name, container, expected) => {
    expect(configure(container).command).toEqual(expected)
  })

  test("the manifest's working directory and environment win over the image's", () => {
    const config = configure({ workingDir: '/tmp', env: [{ name: 'MODE', value: 'manifest' }] })
    expect(config).toEqual({
      id: 'uid-1-app-2',
      sandboxId: 'uid-1',
      name: 'app',
      command: ['node', 'server.mjs'],
      env: { HOSTNAME: 'web-1', MODE: 'manifest' },
      workingDir: '/tmp',
      logPath: '/logs/shop_web-1_uid-1/app/2.log',
    })
  })
})
