import { expect, test } from 'vitest'
import { readNodeFlags } from './node-options.ts'

test('a node is named after its host, and has no labels and taints of its own', () => {
  expect(readNodeFlags({}, 'Desk.local')).toMatchObject({
    name: 'hitless-desk.local',
    labels: {},
    taints: [],
    profile: { name: 'kube-proxy' },
  })
})

test.each([
  ['a=b:NoSchedule', { key: 'a', value: 'b', effect: 'NoSchedule' }],
  ['example.com/a:NoExecute', { key: 'example.com/a', effect: 'NoExecute' }],
  ['a=:PreferNoSchedule', { key: 'a', value: '', effect: 'PreferNoSchedule' }],
])('a taint is read as kubectl reads it (%s)', (text, taint) => {
  expect(readNodeFlags({ taint: [text] }, 'h').taints).toEqual([taint])
})

test('labels are read, one of them without a value', () => {
  const { labels } = readNodeFlags({ label: ['zone=desk', 'empty='] }, 'h')
  expect(labels).toEqual({ zone: 'desk', empty: '' })
})

test.each([
  { name: 'Big' },
  { name: '' },
  { label: ['zone'] },
  { label: ['=x'] },
  { label: ['a=b c'] },
  { taint: ['a'] },
  { taint: ['a=b:Never'] },
  { taint: [':NoSchedule'] },
  { path: 'none-such' },
])('what Kubernetes would refuse is refused at once (%j)', (flags) => {
  const [flag] = Object.keys(flags)
  const message = expect.stringMatching(flag === 'path' ? /profile/ : `--${flag}: .`)
  expect(() => readNodeFlags(flags, 'h')).toThrow(expect.objectContaining({ exitCode: 2, message }))
})
