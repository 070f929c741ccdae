import { expect, test } from 'vitest'
import type { Pod } from '../../api/pod.ts'
import { podField } from './pod-field.ts'

const pod: Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'web-1',
    namespace: 'shop',
    labels: { tier: 'front', app: 'web' },
    annotations: {
      text: 'a "b"\n\tc\\',
      words: 'grün é 漢 😀',
      other: '\u0001\u007f\u00a0\u200b\u{e0001}',
    },
  },
  spec: { containers: [] },
}

test('labels and annotations are shown by key, quoted as Go quotes', () => {
  expect(podField(pod, 'metadata.labels')).toBe('app="web"\ntier="front"')
  expect(podField(pod, 'metadata.annotations')).toBe(
    [
      String.raw`other="\x01\x7f\u00a0\u200b\U000e0001"`,
      String.raw`text="a \"b\"\n\tc\\"`,
      'words="grün é 漢 😀"',
    ].join('\n'),
  )
  expect(podField({ ...pod, metadata: { name: 'bare' } }, 'metadata.labels')).toBe('')
})

test.each([
  ["metadata.labels['app']", 'web'],
  ["metadata.labels['']", ''],
  ["metadata.annotations['constructor']", ''],
  ['metadata.uid', ''],
  ['status.podIP', undefined],
  ['spec.nodeName', undefined],
])('%s is %j', (path, expected) => {
  expect(podField(pod, path)).toBe(expected)
})
