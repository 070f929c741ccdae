import { expect, test } from 'vitest'
import { sameNumbers } from './map-users.ts'

test.each([
  ['         0          0 4294967295\n', '0 0 4294967295\n'],
  ['         0     100000      65536\n', '0 0 65536\n'],
  ['         0       1000          1\n         1     100000      65536\n', '0 0 1\n1 1 65536\n'],
])('users keep their numbers of the namespace around (%j)', (own, expected) => {
  expect(sameNumbers(own)).toBe(expected)
})
