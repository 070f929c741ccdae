import { expect, test } from 'vitest'
import { formatLabels } from './exposition.ts'

test('labels are sorted, and their values escaped', () => {
  expect(formatLabels({})).toBe('')
  expect(formatLabels({ b: 'x', a: 'say "hi"\\\n' })).toBe('{a="say \\"hi\\"\\\\\\n",b="x"}')
})
