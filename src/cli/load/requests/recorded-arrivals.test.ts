import { expect, test } from 'vitest'
import { readArrivals } from './recorded-arrivals.ts'

test.each<[text: string, offsetsMs: readonly number[]]>([
  ['5', [0]],
  ['100.25\n100.5\n\n# a comment\n101\n', [0, 250, 750]],
  ['1700000000.123\n1700000000.124\r\n', [0, 1]],
  ['3\n1\n2\n', [0, 1_000, 2_000]],
  ['2026-11-21T09:30:00Z\n2026-11-21T10:30:00.5+01:00\n2026-11-21 09:30:01z', [0, 500, 1_000]],
  [
    '{"sequence":0,"intended":"2026-11-21T09:30:00.000125Z"}\n{"intended":"2026-11-21T09:30:00.002625Z"}',
    [0, 2.5],
  ],
  [
    'sequence,intended,lane\n0,2026-11-21T09:30:00.1Z,new\n1,2026-11-21T09:30:00.25Z,"a,b"\n',
    [0, 150],
  ],
  ['"intended","lane"\n"5","new"\n', [0]],
])('%j came at %j milliseconds', (text, offsetsMs) => {
  expect(readArrivals(text).map((ns) => ns / 1e6)).toEqual(offsetsMs)
})

test.each([
  ['', 'holds no arrival'],
  ['# nothing', 'holds no arrival'],
  ['1\nx', 'line 2 has "x"'],
  ['-1', 'line 1 has "-1"'],
  ['NaN', 'line 1 has "NaN"'],
  ['2026-13-21T09:30:00Z', 'line 1 has "2026-13-21T09:30:00Z"'],
  ['{"intendedAt":"1"}', 'line 1 has'],
  ['{"intended":{}}', 'line 1 has'],
  ['a,intended\n1,', 'line 2 has "1,"'],
])('%j is refused: %s', (text, message) => {
  expect(() => readArrivals(text)).toThrow(message)
})
