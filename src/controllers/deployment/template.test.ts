import { expect, test } from 'vitest'
import type { PodTemplate } from '../../api/pod.ts'
import { templateOf } from '../testing/objects.ts'
import { areTemplatesEqual, hashTemplate, POD_TEMPLATE_HASH_LABEL } from './template.ts'

const template = templateOf('web:v1')

test('null and empty fields are as good as absent ones, and the order of keys is none', () => {
  const [container] = template.spec.containers
  // What `kubectl rollout undo` sends.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- null is what the types do not allow
  const sent = {
    spec: { containers: [{ resources: {}, env: [], ...container }] },
    metadata: { creationTimestamp: null, annotations: {}, labels: { app: 'web' } },
  } as unknown as PodTemplate
  expect(areTemplatesEqual(template, sent)).toBe(true)
  expect(hashTemplate(sent, undefined)).toBe(hashTemplate(template, undefined))
})

test('the hash label is no part of a template', () => {
  const labels = { app: 'web', [POD_TEMPLATE_HASH_LABEL]: 'abc' }
  const hashed = { ...template, metadata: { labels } }
  expect(areTemplatesEqual(template, hashed)).toBe(true)
  expect(hashTemplate(hashed, undefined)).toBe(hashTemplate(template, undefined))
})

test.each<[string, PodTemplate]>([
  ['another image', templateOf('web:v2')],
  ['an annotation', templateOf('web:v1', { restartedAt: 'now' })],
  ['a label with an empty value', { ...template, metadata: { labels: { app: 'web', x: '' } } }],
  [
    'an explicit zero',
    { ...template, spec: { ...template.spec, terminationGracePeriodSeconds: 0 } },
  ],
])('%s makes another template', (_what, other) => {
  expect(areTemplatesEqual(template, other)).toBe(false)
  expect(hashTemplate(other, undefined)).not.toBe(hashTemplate(template, undefined))
})

test('each collision gives another hash, in characters that spell no word', () => {
  const hashes = [undefined, 1, 2, 3].map((count) => hashTemplate(template, count))
  expect(new Set(hashes).size).toBe(4)
  for (const hash of hashes) expect(hash).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{1,10}$/)
})
