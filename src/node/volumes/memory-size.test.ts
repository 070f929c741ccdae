import { expect, test } from 'vitest'
import type { Container, Pod } from '../../api/pod.ts'
import { memoryVolumeBytes } from './memory-size.ts'

const MIB = 1024 * 1024
const container = (name: string, memory?: string, more: Partial<Container> = {}): Container => ({
  name,
  image: 'app',
  ...(memory === undefined ? {} : { resources: { limits: { memory } } }),
  ...more,
})
const podOf = (containers: readonly Container[], more: Partial<Pod['spec']> = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'default' },
  spec: { containers, ...more },
})
const sidecar = { restartPolicy: 'Always' } as const

test.each([
  ['its own limit', '64Mi', podOf([container('a')]), '1Gi', 64],
  ['the pod, where that is less', '64Mi', podOf([container('a', '32Mi')]), '1Gi', 32],
  ['the node, where there is no limit', undefined, podOf([container('a')]), '1Gi', 1_024],
  ['the node, where the limit is larger', '2Gi', podOf([container('a')]), '1Gi', 1_024],
  ['a limit of nothing is none', '0', podOf([container('a')]), '1Gi', 1_024],
  ['all containers', undefined, podOf([container('a', '32Mi'), container('b', '16Mi')]), '1Gi', 48],
  [
    'a container without a limit',
    undefined,
    podOf([container('a', '32Mi'), container('b')]),
    '1Gi',
    1_024,
  ],
  [
    'the pod as a whole',
    undefined,
    podOf([container('a')], { resources: { limits: { memory: '96Mi' } } }),
    '1Gi',
    96,
  ],
  [
    'an init container beside the sidecars before it',
    undefined,
    podOf([container('a', '32Mi')], {
      initContainers: [container('s', '16Mi', sidecar), container('i', '64Mi')],
    }),
    '1Gi',
    80,
  ],
  [
    'sidecars beside the containers',
    undefined,
    podOf([container('a', '32Mi')], {
      initContainers: [container('i', '16Mi'), container('s', '16Mi', sidecar)],
    }),
    '1Gi',
    48,
  ],
])('%s', (_, sizeLimit, pod, memory, expected) => {
  const emptyDir = { medium: 'Memory', ...(sizeLimit === undefined ? {} : { sizeLimit }) }
  const bytes = memoryVolumeBytes({ name: 'v', emptyDir }, pod, { memory })
  expect(bytes).toBe(expected * MIB)
})

test('where nothing is known there is no limit', () => {
  const volume = { name: 'v', emptyDir: { medium: 'Memory' } }
  expect(memoryVolumeBytes(volume, podOf([container('a')]), {})).toBeUndefined()
})
