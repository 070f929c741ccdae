import { expect, test } from 'vitest'
import { NumberedBytes, widenMarkBytes, widenMarks } from './numbered-bytes.ts'

function numbered(text: string): NumberedBytes {
  return new NumberedBytes(new TextEncoder().encode(widenMarks(text)))
}

const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

test.each([
  ['no mark', 0, 'no mark'],
  ['{{n}}', 0, '0000000000'],
  ['/orders/{{n}}?again={{n}}', 42, '/orders/0000000042?again=0000000042'],
  ['{{{n}}}', 7, '{0000000007}'],
  ['{{n}}{{n}}', 4_294_967_295, '42949672954294967295'],
  ['{{number}}', 1_234_567_890, '1234567890'],
  ['{{N}} {{n} {{', 3, '{{N}} {{n} {{'],
])('%j of request %d is %j', (template, sequence, expected) => {
  const bytes = numbered(template)
  expect(textOf(bytes.take(sequence))).toBe(expected)
  expect(bytes.length).toBe(expected.length)
})

test('what was taken does not change when others are taken', () => {
  const bytes = numbered('x'.repeat(1_000) + '{{n}}')
  const taken = Array.from({ length: 100 }, (_, sequence) => bytes.take(sequence))
  expect(taken.map((part) => Number(textOf(part).slice(-10)))).toEqual([...taken.keys()])
})

test('bytes that are no text keep their other bytes', () => {
  const bytes = Uint8Array.of(0xff, 0, ...new TextEncoder().encode('{{n}}'), 0xc3)
  const taken = new NumberedBytes(widenMarkBytes(bytes)).take(5)
  expect([taken[0], taken[1], taken.at(-1), taken.length]).toEqual([0xff, 0, 0xc3, 13])
  expect(textOf(taken.subarray(2, 12))).toBe('0000000005')
})

test.each(['{{n}}', 'a{{n}}b{{n}}', '{{{n}}}', '{{n}}{{n}}', '{{n} {{N}}', '{'])(
  'the marks of %j widen alike as text and as bytes',
  (text) => {
    expect(textOf(widenMarkBytes(new TextEncoder().encode(text)))).toBe(widenMarks(text))
  },
)

test('a large body without a mark is not copied', () => {
  const bytes = new Uint8Array(50_000_000)
  expect(widenMarkBytes(bytes)).toBe(bytes)
})

test('requests without a place for a number share their bytes', () => {
  const bytes = numbered('GET /')
  expect(bytes.take(1)).toBe(bytes.take(2))
})
