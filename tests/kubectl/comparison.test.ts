import { expect, test } from 'vitest'
import type { AcceptedDifference, Difference } from './accepted.ts'
import { comparePrinted } from './comparison.ts'
import type { Printed } from './session-text.ts'

const EXPECTED = printed('NAME   AGE\nours   1\ntheirs-and-long   2\n')

test('what is printed alike is the same, and without an accepted difference all else differs', () => {
  expect(compare(EXPECTED, [])).toBe('same')
  expect(compare(printed('NAME\n'), [])).toBe('differs')
})

const ONLY_THEIRS: Difference = { kind: 'lines', onlyInKubernetes: /^theirs.*\n/gm }
const BOTH: Difference = { ...ONLY_THEIRS, onlyInHitless: ['extra'] }

test.each<[string, Difference, string, 'accepted' | 'differs']>([
  ['a line of Kubernetes is missing', ONLY_THEIRS, 'NAME      AGE\nours      1\n', 'accepted'],
  ['another line is missing too', ONLY_THEIRS, 'NAME   AGE\n', 'differs'],
  [
    'the line is printed, but not as there',
    ONLY_THEIRS,
    'NAME   AGE\nours   1\ntheirs 3\n',
    'differs',
  ],
  ['a line of hitless is there', BOTH, 'NAME   AGE\nextra\nours   1\n', 'accepted'],
  ['a line of hitless is not there', BOTH, 'NAME   AGE\nours   1\n', 'differs'],
  ['a line that nobody expects is there', BOTH, 'NAME   AGE\nextra\nours   1\nnew\n', 'differs'],
  [
    'what Kubernetes is said to print alone, it does not print',
    { kind: 'lines', onlyInKubernetes: /^absent\n/gm },
    'NAME   AGE\nours   1\ntheirs-and-long   3\n',
    'differs',
  ],
  ['the whole is as pinned', { kind: 'instead', printed: printed('a\n') }, 'a\n', 'accepted'],
  ['the whole is not as pinned', { kind: 'instead', printed: printed('a\n') }, 'b\n', 'differs'],
])('%s', (_title, difference, text, comparison) => {
  expect(compare(printed(text), [accept(difference)])).toBe(comparison)
})

function compare(now: Printed, accepted: readonly AcceptedDifference[]) {
  return comparePrinted({ expected: EXPECTED, printed: now }, accepted)
}

function accept(difference: Difference): AcceptedDifference {
  return { about: 'all', command: /^/, reason: 'a test', difference }
}

function printed(stdout: string): Printed {
  return { stdout, stderr: '', exitCode: 0 }
}
