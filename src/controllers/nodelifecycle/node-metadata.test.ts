import { expect, test } from 'vitest'
import type { Node } from '../../api/core.ts'
import { missingMetadata } from './node-metadata.ts'

const TTL = { 'node.alpha.kubernetes.io/ttl': '0' }

test.each([
  [{}, {}, { annotations: TTL }],
  [{ 'kubernetes.io/os': 'linux' }, TTL, { labels: { 'beta.kubernetes.io/os': 'linux' } }],
  [
    { 'kubernetes.io/arch': 'arm64', 'beta.kubernetes.io/arch': 'amd64' },
    {},
    { labels: { 'beta.kubernetes.io/arch': 'arm64' }, annotations: TTL },
  ],
])('a node with the labels %j and the annotations %j gets %j', (labels, annotations, patch) => {
  expect(missingMetadata(node({ labels, annotations }))).toEqual({ metadata: patch })
})

test('a node that has them all is left alone', () => {
  const labels = { 'kubernetes.io/os': 'linux', 'beta.kubernetes.io/os': 'linux' }
  expect(missingMetadata(node({ labels, annotations: TTL }))).toBeUndefined()
})

function node(metadata: Pick<Node['metadata'], 'labels' | 'annotations'>): Node {
  return { apiVersion: 'v1', kind: 'Node', metadata: { name: 'a', ...metadata } }
}
