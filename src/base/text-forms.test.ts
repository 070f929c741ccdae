import { expect, test } from 'vitest'
import { bytesOfHex, faultOfPattern, isGrpcMethod, isToken, sha256Of } from './text-forms.ts'

test.each<[text: string, bytes: readonly number[] | undefined]>([
  ['', []],
  ['0a03', [10, 3]],
  ['0A 03\n77', [10, 3, 0x77]],
  ['0a0', undefined],
  ['0x0a', undefined],
])('%j in hexadecimal digits is %j', (text, bytes) => {
  const read = bytesOfHex(text)
  expect(read === undefined ? undefined : [...read]).toEqual(bytes)
})

test('a name of a header is a token', () => {
  expect(['X-Pod', "a!#$%&'*+.^_`|~9", '', 'X Pod', 'X:', 'é'].map(isToken)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ])
})

test('a method of gRPC is a service and a name', () => {
  const paths = ['/a.B/C', '/a', 'a.B/C', '/a.B/', '/a.B/C/D', '/a b/C', '/a/b\n']
  expect(paths.filter(isGrpcMethod)).toEqual(['/a.B/C'])
})

test('a SHA-256 is compared in lower case, and has 64 digits', () => {
  expect(sha256Of('AB'.repeat(32))).toBe('ab'.repeat(32))
  expect(sha256Of('ab'.repeat(31))).toBeUndefined()
})

test('a pattern that is none says why', () => {
  expect(faultOfPattern('^a$')).toBeUndefined()
  expect(faultOfPattern('(')).toContain('Invalid regular expression')
})
