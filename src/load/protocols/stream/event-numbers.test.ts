import { expect, test } from 'vitest'
import { SequenceCheck } from '../../records/sequence-check.ts'
import { EventNumbers } from './event-numbers.ts'

function read(pieces: readonly string[]) {
  const check = new SequenceCheck()
  const events = new EventNumbers(check)
  for (const piece of pieces) events.take(new TextEncoder().encode(piece))
  return [check.received, check.lost(), check.duplicated]
}

const EVENTS: readonly (readonly [text: string, received: number, lost: number, twice: number])[] =
  [
    ['id: 1\ndata: a\n\nid: 2\ndata: b\n\n', 2, 0, 0],
    ['id:1\r\ndata: a\r\n\r\nid:2\r\n\r\n', 2, 0, 0],
    ['id: 1\r\rid: 2\r\r', 2, 0, 0],
    ['data: a\nid: 5\n\nid: 8\n\n', 2, 2, 0],
    ['id: 5\n\nid: 5\n\n', 2, 0, 1],
    ['id: 5\n\ndata: without one\n\n', 1, 0, 0],
    [': a comment\n\nid: x7\n\nidentity: 9\n\n', 0, 0, 0],
    ['id: 5\n\nid: 6\ndata: cut off', 1, 0, 0],
    [`id: 5\ndata: ${'x'.repeat(5_000)}\n\nid: ${'7'.repeat(40)}\n\n`, 1, 0, 0],
    ['id: 1\nid: 2\n\n', 1, 0, 0],
  ]

test.each(EVENTS)('of %j', (text, received, lost, duplicated) => {
  expect(read([text])).toEqual([received, lost, duplicated])
})

test('it does not matter how the bytes are cut', () => {
  for (const [text, ...expected] of EVENTS) expect(read(text.split(''))).toEqual(expected)
})
