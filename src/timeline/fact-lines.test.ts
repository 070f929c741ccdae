import { expect, test } from 'vitest'
import { FACT_FIELDS } from './fact-fields.ts'
import { formatFactLine, parseFactLines } from './fact-lines.ts'
import type { Fact } from './fact.ts'
import { factsOf } from './query.ts'

const SIGNAL = {
  at: 5,
  kind: 'signal-sent',
  pod: { namespace: 'default', name: 'web-a', uid: 'u1' },
  container: 'web',
  signal: 'SIGTERM',
} satisfies Fact
const STALL: Fact = { at: 7, kind: 'generator-stalled', stallMs: 12 }
const linesOf = (...facts: Fact[]) => facts.map((fact) => `${formatFactLine(fact)}\n`).join('')

test('time and kind come first and the other keys in order, whatever the order they were given in', () => {
  const { pod, ...rest } = SIGNAL
  const line =
    '{"at":5,"kind":"signal-sent","container":"web",' +
    '"pod":{"name":"web-a","namespace":"default","uid":"u1"},"signal":"SIGTERM"}'
  expect(formatFactLine(SIGNAL)).toBe(line)
  expect(formatFactLine({ pod, ...rest })).toBe(line)
})

test('facts come back as they were written', () => {
  expect(parseFactLines(linesOf(SIGNAL, STALL))).toEqual({ facts: [SIGNAL, STALL], findings: [] })
})

test('an empty file holds no facts', () => {
  expect(parseFactLines('')).toEqual({ facts: [], findings: [] })
})

test('a last line that was cut off anywhere is left out with a note', () => {
  const whole = linesOf(SIGNAL, STALL)
  const start = linesOf(SIGNAL).length
  for (let end = start + 1; end < whole.length - 1; end++) {
    const { facts, findings } = parseFactLines(whole.slice(0, end))
    expect(facts).toEqual([SIGNAL])
    expect(findings.map(({ code, location }) => [code, location?.line])).toEqual([
      ['fact-cut-off', 2],
    ])
  }
})

test('a last line that is whole but for its line break counts', () => {
  expect(parseFactLines(linesOf(SIGNAL, STALL).trimEnd()).facts).toEqual([SIGNAL, STALL])
})

test.each([
  ['no JSON', '{"at":', 'bad-fact', 'it is not JSON'],
  ['an empty line', '', 'bad-fact', 'it is not JSON'],
  ['no object', '[1]', 'bad-fact', 'it is not a JSON object'],
  ['no time', '{"kind":"generator-stalled","stallMs":1}', 'bad-fact', 'its `at` is not a number'],
  ['no kind', '{"at":1}', 'bad-fact', 'its `kind` is not a string'],
  ['a kind of the future', '{"at":1,"kind":"moon-landed"}', 'unknown-fact', '"moon-landed"'],
  ['an inherited name as kind', '{"at":1,"kind":"toString"}', 'unknown-fact', '"toString"'],
  ['a missing field', '{"at":1,"kind":"generator-stalled"}', 'bad-fact', '`stallMs`'],
  [
    'a field of another type',
    '{"at":1,"kind":"proxy-programmed","service":{},"port":80,"endpoints":{}}',
    'bad-fact',
    '`endpoints` of a proxy-programmed fact must be of type array',
  ],
])('a line with %s is left out and told with its number', (_what, line, code, words) => {
  const { facts, findings } = parseFactLines(`${linesOf(STALL)}${line}\n${linesOf(SIGNAL)}`)
  expect(facts).toEqual([STALL, SIGNAL])
  expect(findings).toEqual([
    expect.objectContaining({ code, location: { file: 'facts.jsonl', line: 2, column: 1 } }),
  ])
  expect(findings[0]?.message).toContain(words)
})

test('the query by kind keeps the order and leaves the others out', () => {
  const later: Fact = { ...STALL, at: 9 }
  expect(factsOf([STALL, SIGNAL, later], 'generator-stalled')).toEqual([STALL, later])
})

test('no field of any kind shadows the two that all facts have', () => {
  for (const fields of Object.values(FACT_FIELDS)) {
    expect(Object.keys(fields)).not.toContain('at')
    expect(Object.keys(fields)).not.toContain('kind')
  }
})
