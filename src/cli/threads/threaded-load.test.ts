import { expect, test } from 'vitest'
import { whyStuck } from './threaded-load.ts'

test('a thread that does not stop is said to be busy with the patterns that it was given', () => {
  const identify = { kind: 'body', pattern: 'pod=(.+)+' } as const
  expect(whyStuck({ expected: { bodyPattern: '(a+)+$' }, identify })).toBe(
    'the thread did not stop in time; /(a+)+$/ or /pod=(.+)+/ may take that long for a body that was answered',
  )
  expect(whyStuck({ identify: { kind: 'header', name: 'x-pod' } })).toBe(
    'the thread did not stop in time',
  )
})
