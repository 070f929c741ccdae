import { expect, test } from 'vitest'
import { seededRandom } from '../../../world/random.ts'
import { describeExpected } from '../../../load/describe-expected.ts'
import { type ExpectationFlags, readDemands } from './expectation-options.ts'

const SHA = '2CF24DBA5FB0A30E26E83B2AC5B9E29E1B161E5C1FA7425E73043362938B9824'
const demandsOf = (flags: ExpectationFlags) => readDemands(flags, seededRandom(1))

test.each<[flags: ExpectationFlags, words: readonly string[]]>([
  [{}, ['status 200-399']],
  [{ success: '200,404-410' }, ['status 200, 404-410']],
  [
    {
      expectHeader: ['Content-Type: text/plain ', 'X:'],
      expectBody: '^a/b',
      expectBodyLength: '5',
      expectBodySha256: SHA,
    },
    [
      'status 200-399',
      'header content-type: text/plain',
      'header x: ',
      'a body of 5 bytes',
      'its SHA-256 2cf24dba5fb0…',
      'a body with /^a/b/',
    ],
  ],
])('%j expects %j', (flags, words) => {
  expect(describeExpected(demandsOf(flags))).toEqual(words)
})

test('requests say which they are unless that is switched off', () => {
  expect(demandsOf({}).requestId).toEqual({
    header: 'X-Request-Id',
    run: expect.stringMatching(/^[a-z2-9]{6}$/),
  })
  expect(demandsOf({ requestId: 'X-Trace' }).requestId?.header).toBe('X-Trace')
  expect(demandsOf({ requestId: 'off' }).requestId).toBeUndefined()
})

test.each<[text: string, identify: object]>([
  ['header:X-Pod-Name', { kind: 'header', name: 'x-pod-name' }],
  ['body:pod=(\\w+)', { kind: 'body', pattern: 'pod=(\\w+)' }],
])('%s is %j', (text, identify) => {
  expect(demandsOf({ identify: text }).identify).toEqual(identify)
})

test.each<[flags: ExpectationFlags, message: string]>([
  [{ success: 'ok' }, '--success ok'],
  [{ expectBodyLength: '-1' }, '--expect-body-length -1'],
  [{ expectBodySha256: 'abc' }, '--expect-body-sha256 abc'],
  [{ expectBody: '(' }, '--expect-body ( (Invalid regular expression'],
  [{ expectHeader: ['X'] }, '--expect-header X'],
  [{ identify: 'header:' }, '--identify header:'],
  [{ identify: 'body:[' }, '--identify [ (Invalid'],
  [{ identify: 'pod' }, '--identify pod'],
  [{ requestId: 'X: Y' }, '--request-id X: Y'],
])('%j is refused: %s', (flags, message) => {
  expect(() => demandsOf(flags)).toThrow(message)
})
