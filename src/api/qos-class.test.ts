import { expect, test } from 'vitest'
import { qosClassOf } from './qos-class.ts'

// What is expected here was measured on kube-apiserver 1.34.4.

const FULL = { limits: { cpu: '1', memory: '1Gi' } }

test.each([
  ['nothing', {}, 'BestEffort'],
  ['zeros', { limits: { cpu: '0', memory: '0' } }, 'BestEffort'],
  ['another resource', { limits: { 'ephemeral-storage': '1Gi' } }, 'BestEffort'],
  ['a request', { requests: { cpu: '1' } }, 'Burstable'],
  ['one limit', { limits: { cpu: '1' } }, 'Burstable'],
  ['a smaller request', { ...FULL, requests: { cpu: '500m' } }, 'Burstable'],
  ['both limits', FULL, 'Guaranteed'],
  [
    'equal amounts in other words',
    { ...FULL, requests: { cpu: '1000m', memory: '1024Mi' } },
    'Guaranteed',
  ],
  ['numbers', { limits: { cpu: 0.1, memory: 1e6 }, requests: { cpu: '100m' } }, 'Guaranteed'],
])('a container that asks for %s makes its pod %3$s', (_, resources, expected) => {
  expect(qosClassOf({ containers: [{ name: 'c', resources }] })).toBe(expected)
})

test.each([
  ['a container', { containers: [{ resources: FULL }, {}] }],
  ['an init container', { containers: [{ resources: FULL }], initContainers: [{}] }],
])('%s that asks for nothing makes it Burstable', (_, spec) => {
  expect(qosClassOf(spec)).toBe('Burstable')
})

test('what the pod as a whole asks for counts alone', () => {
  expect(qosClassOf({ resources: FULL, containers: [{}] })).toBe('Guaranteed')
})
