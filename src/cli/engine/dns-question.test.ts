import { encode } from 'dns-packet'
import { expect, test } from 'vitest'
import { isOfCluster } from './dns-question.ts'

test.each([
  ['web.default.svc.cluster.local', true],
  ['WEB.default.svc.Cluster.LOCAL', true],
  ['cluster.local', true],
  ['10.0.96.10.in-addr.arpa', true],
  ['example.com', false],
  ['notcluster.local', false],
  ['cluster.local.example.com', false],
  ['web', false],
])('%s', (name, expected) => {
  expect(isOfCluster(encode({ type: 'query', questions: [{ type: 'A', name }] }))).toBe(expected)
})

test.each([
  ['nothing', []],
  ['a name that is cut off', [...Array(12).fill(0), 3, 97]],
  ['a pointer', [...Array(12).fill(0), 0xc0, 12]],
])('%s is left to the cluster’s server', (_, bytes) => {
  expect(isOfCluster(Uint8Array.from(bytes))).toBe(true)
})
