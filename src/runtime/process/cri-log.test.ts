import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { CriLogEncoder, OutputTail } from './cri-log.ts'

const WALL_MS = Date.UTC(2016, 9, 6, 0, 17, 9, 669) + 0.794
const STAMP = '2016-10-06T00:17:09.669'

test('a line has time with nine decimals, stream, tag and content', () => {
  const entry = text(new CriLogEncoder('stderr').add(bytes('The content\n'), WALL_MS))
  expect(entry).toMatch(/^2016-10-06T00:17:09\.66979[34]000Z stderr F The content\n$/)
})

test('a line waits for its newline, and the last one for the end', () => {
  const log = new CriLogEncoder('stdout')
  expect(text(log.add(bytes('a'), WALL_MS))).toBe('')
  expect(text(log.add(bytes('b\n\nc'), WALL_MS))).toMatch(/^\S+ stdout F ab\n\S+ stdout F \n$/)
  expect(text(log.end(WALL_MS))).toMatch(/^\S+ stdout F c\n$/)
  expect(text(log.end(WALL_MS))).toBe('')
})

test.each([
  [16 * 1024, ['F']],
  [16 * 1024 + 1, ['P', 'F']],
  [33 * 1024, ['P', 'P', 'F']],
])('a line of %s bytes has the tags %j', (length, tags) => {
  const entries = text(new CriLogEncoder('stdout').add(bytes(`${'x'.repeat(length)}\n`), WALL_MS))
  expect(
    entries
      .trimEnd()
      .split('\n')
      .map((entry) => entry.split(' ')[2]),
  ).toEqual(tags)
})

test('joined again, the entries are the output, however it was cut into reads', () => {
  const line = fc.oneof(
    fc.string({ maxLength: 20 }),
    fc.integer({ min: 16_000, max: 33_000 }).map((length) => 'y'.repeat(length)),
  )
  const cuts = fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 50 })
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), cuts, (lines, sizes) => {
      const output = bytes(lines.map((content) => `${content.replaceAll('\n', ' ')}\n`).join(''))
      const log = new CriLogEncoder('stdout')
      let entries = ''
      for (let start = 0, turn = 0; start < output.length; turn++) {
        const size = sizes[turn % sizes.length] ?? 1
        entries += latin(log.add(output.subarray(start, start + size), WALL_MS))
        start += size
      }
      expect(joined(entries + latin(log.end(WALL_MS)))).toBe(latin(output))
    }),
  )
})

test('the tail keeps the last bytes of all that came', () => {
  const tail = new OutputTail(5)
  for (const part of ['abc', 'de', '', 'f']) tail.add(bytes(part))
  expect(tail.text()).toBe('bcdef')
  tail.add(bytes('0123456789'))
  expect(tail.text()).toBe('56789')
})

function joined(entries: string): string {
  return entries.replaceAll(
    /(\S+) stdout ([FP]) ([^\n]*)\n/g,
    (_, time: string, tag: string, content: string) =>
      time.startsWith(STAMP) ? content + (tag === 'F' ? '\n' : '') : 'wrong time',
  )
}

function bytes(content: string): Uint8Array {
  return new TextEncoder().encode(content)
}

function text(content: Uint8Array): string {
  return new TextDecoder().decode(content)
}

/** One character per byte, so that a character cut in two is no matter. */
function latin(content: Uint8Array): string {
  return new TextDecoder('latin1').decode(content)
}
