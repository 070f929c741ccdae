import { describe, expect, test } from 'vitest'
import type { Volume } from '../../api/volume.ts'
import { collectPayload, type VolumeSources } from './payload.ts'

const sources: VolumeSources = {
  pod: {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web-1', namespace: 'shop', labels: { app: 'web' } },
    spec: { containers: [{ name: 'app', resources: { limits: { cpu: '250m' } } }] },
  },
  allocatable: { memory: '1Gi' },
  configMaps: new Map([
    [
      'settings',
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'settings' },
        data: { color: 'blue', 'a.conf': 'x=1' },
        binaryData: { logo: 'AP8=' },
      },
    ],
  ]),
  secrets: new Map([
    [
      'keys',
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'keys' }, data: { pass: 'c2VjcmV0' } },
    ],
  ]),
  tokens: new Map([[0, { token: 'tok' }]]),
}

/** Path: text, mode in octal. */
const shown = (volume: Omit<Volume, 'name'>) =>
  Object.fromEntries(
    [...collectPayload({ name: 'v', ...volume }, sources)].map(([path, { bytes, mode }]) => [
      path,
      `${new TextDecoder('latin1').decode(bytes)} ${mode.toString(8)}`,
    ]),
  )

const items = [{ key: 'color', path: 'deep/c', mode: 0o400 }]

describe('a volume has the files', () => {
  test.each<[string, Omit<Volume, 'name'>, Readonly<Record<string, string>>]>([
    [
      'of every key',
      { configMap: { name: 'settings', defaultMode: 0o600 } },
      { color: 'blue 600', 'a.conf': 'x=1 600', logo: '\0ÿ 600' },
    ],
    [
      'of the keys that it names',
      { configMap: { name: 'settings', items } },
      { 'deep/c': 'blue 400' },
    ],
    ['of a Secret', { secret: { secretName: 'keys' } }, { pass: 'secret 644' }],
    [
      'of none for an optional object that is not there',
      { secret: { secretName: 'x', optional: true } },
      {},
    ],
    [
      'without optional keys that are not there',
      {
        configMap: { name: 'settings', optional: true, items: [...items, { key: 'x', path: 'x' }] },
      },
      { 'deep/c': 'blue 400' },
    ],
    [
      'that show the pod',
      {
        downwardAPI: {
          items: [
            { path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } },
            {
              path: 'cpu',
              mode: 0o444,
              resourceFieldRef: { containerName: 'app', resource: 'limits.cpu', divisor: '1m' },
            },
            {
              path: 'memory',
              resourceFieldRef: { containerName: 'app', resource: 'limits.memory', divisor: '1Mi' },
            },
          ],
        },
      },
      { labels: 'app="web" 644', cpu: '250 444', memory: '1024 644' },
    ],
    [
      'of all its sources, the last one of a path',
      {
        projected: {
          defaultMode: 0o440,
          sources: [
            { serviceAccountToken: { path: 'token' } },
            { configMap: { name: 'settings', items: [{ key: 'color', path: 'same' }] } },
            { secret: { name: 'keys', items: [{ key: 'pass', path: 'same' }] } },
            {
              downwardAPI: {
                items: [{ path: 'ns', fieldRef: { fieldPath: 'metadata.namespace' } }],
              },
            },
          ],
        },
      },
      { token: 'tok 440', same: 'secret 440', ns: 'shop 440' },
    ],
  ])('%s', (_, volume, expected) => {
    expect(shown(volume)).toEqual(expected)
  })
})

test.each<[string, Omit<Volume, 'name'>]>([
  ['configmap "x" not found', { configMap: { name: 'x' } }],
  ['secret "x" not found', { secret: { secretName: 'x' } }],
  [
    'configmap references non-existent config key: x',
    { configMap: { name: 'settings', items: [{ key: 'x', path: 'x' }] } },
  ],
  [
    'references non-existent secret key: x',
    { secret: { secretName: 'keys', items: [{ key: 'x', path: 'x' }] } },
  ],
  [
    '[configmap "x" not found, secret "y" not found]',
    {
      projected: {
        sources: [
          { configMap: { name: 'x' } },
          { secret: { name: 'y' } },
          { configMap: { name: 'x' } },
        ],
      },
    },
  ],
  [
    'container nobody not found',
    {
      downwardAPI: {
        items: [
          { path: 'a', resourceFieldRef: { containerName: 'nobody', resource: 'limits.cpu' } },
        ],
      },
    },
  ],
  [
    'hitless has no projected files from clusterTrustBundle',
    { projected: { sources: [{ clusterTrustBundle: { path: 'ca' } }] } },
  ],
])('%s', (message, volume) => {
  expect(() => shown(volume)).toThrow(message)
})
