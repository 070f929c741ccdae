import { Buffer } from 'node:buffer'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { CriLogEncoder } from '../../runtime/process/cri-log.ts'
import { LogLines, TailSearch, type LogLinesOptions } from './log-lines.ts'

const LOG = [
  '2026-01-01T00:00:01.000000000Z stdout F one',
  '2026-01-01T00:00:02.000000000Z stderr F two',
  '2026-01-01T00:00:03.000000000Z stdout P thr',
  '2026-01-01T00:00:03.000000000Z stdout F ee',
  'nonsense',
  '2026-01-01T00:00:04.000000000Z stdout F ',
  '2026-01-01T00:00:05.000000000Z stdout F five',
  '',
].join('\n')

test.each<[Partial<LogLinesOptions>, string]>([
  [{}, 'one\ntwo\nthree\n\nfive\n'],
  [{ sinceMs: Date.parse('2026-01-01T00:00:04Z') }, '\nfive\n'],
  [{ limitBytes: 5 }, 'one\nt'],
  [
    { timestamps: true, sinceMs: Date.parse('2026-01-01T00:00:03Z') },
    '2026-01-01T00:00:03.000000000Z three\n2026-01-01T00:00:04.000000000Z \n2026-01-01T00:00:05.000000000Z five\n',
  ],
])('%j shows %j', (options, shown) => {
  const lines = new LogLines({ timestamps: false, ...options })
  expect(Buffer.from(lines.add(Buffer.from(LOG))).toString()).toBe(shown)
  expect(lines.isFull).toBe(options.limitBytes !== undefined)
})

test('what a container has written comes out again, wherever its bytes are cut', () => {
  const output = fc.array(
    fc.oneof(fc.string({ maxLength: 20 }), fc.constantFrom('\n', 'x'.repeat(40_000))),
    { maxLength: 12 },
  )
  fc.assert(
    fc.property(output, fc.integer({ min: 300, max: 9_000 }), (texts, chunkBytes) => {
      const encoder = new CriLogEncoder('stdout')
      const entries = texts.map((text) => encoder.add(Buffer.from(text), 1_000))
      const log = Buffer.concat([...entries, encoder.end(2_000)])
      const lines = new LogLines({ timestamps: false })
      const shown: Uint8Array[] = []
      for (let at = 0; at < log.length; at += chunkBytes)
        shown.push(lines.add(log.subarray(at, at + chunkBytes)))
      const written = texts.join('')
      const ended = written === '' || written.endsWith('\n') ? written : `${written}\n`
      expect(Buffer.concat(shown).toString()).toBe(ended)
    }),
    { numRuns: 30 },
  )
})

test('the last lines are found from behind, as counting them would', () => {
  const text = fc
    .array(fc.constantFrom('\n', 'a\n', 'bcd\n'), { maxLength: 12 })
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(
      text,
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 1, max: 7 }),
      (log, count, pieceBytes) => {
        const search = new TailSearch(count)
        let end = log.length
        let found = 0
        while (end > 0) {
          const start = Math.max(0, end - pieceBytes)
          const place = search.addBefore(Buffer.from(log.slice(start, end)))
          if (place !== undefined) {
            found = start + place
            break
          }
          end = start
        }
        expect(log.slice(found)).toBe(
          log
            .split('\n')
            .slice(0, -1)
            .slice(-count)
            .map((line) => `${line}\n`)
            .join(''),
        )
      },
    ),
  )
})
