import { expect, test } from 'vitest'
import { applyDefaults } from './defaults.ts'
import { POD_PARTS } from './pod-parts.ts'

// Most is compared with the answers of a real API server in tests/apiserver/pod-part-cases.ts.

const SHELL = { name: 'shell', image: 'busybox' }

function pod(ephemeralContainers: readonly object[], more: object = {}) {
  const containers = [{ name: 'web', image: 'web' }]
  return {
    ...applyDefaults({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web', ...more },
      spec: { containers, ephemeralContainers },
    }),
  }
}

function messages(next: object, previous: object, part: keyof typeof POD_PARTS): readonly string[] {
  const faults = POD_PARTS[part].check({ ...next }, { ...previous })
  return faults.map(({ path, message }) => `${path}: ${message}`)
}

test('an ephemeral container that is there does not change', () => {
  const next = pod([{ ...SHELL, image: 'other' }])
  expect(messages(next, pod([SHELL]), 'ephemeralcontainers')).toEqual([
    'spec.ephemeralContainers: Forbidden: existing ephemeral containers "shell" may not be changed\n',
  ])
})

test('pods that a file of the node makes have none, and are not resized', () => {
  const mirror = pod([], { annotations: { 'kubernetes.io/config.mirror': 'x' } })
  expect(messages(mirror, mirror, 'ephemeralcontainers').at(-1)).toBe(
    '<nil>: Forbidden: static pods do not support ephemeral containers',
  )
  expect(messages(mirror, mirror, 'resize').at(-1)).toBe(
    '<nil>: Forbidden: static pods cannot be resized',
  )
})

test('a node that tells no resources of its containers does not resize them', () => {
  const running = {
    ...pod([]),
    status: { containerStatuses: [{ name: 'web', state: { running: {} } }] },
  }
  expect(messages(running, running, 'resize')).toEqual([
    'spec: Forbidden: Pod running on node without support for resize',
  ])
})

test('a subresource takes its own part and nothing else', () => {
  const next = { ...pod([SHELL]), spec: { ...pod([SHELL]).spec, nodeName: 'a' } }
  expect(POD_PARTS.ephemeralcontainers.take({ ...next }, pod([]))).toEqual(pod([SHELL]).spec)
  expect(POD_PARTS.resize.take({ ...next }, pod([]))).toEqual(pod([]).spec)
})
