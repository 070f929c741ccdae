import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { FACT_FIELDS } from './fact-fields.ts'
import { MISMATCHES, MISMATCH_MEANING } from './mismatch.ts'
import { OUTCOMES, OUTCOME_MEANING } from './outcome.ts'

const pageOf = (name: string) =>
  readFileSync(new URL(`../../docs/reference/${name}`, import.meta.url), 'utf8')

/** `name type` of each row of the first table in `text`. */
function rowsOf(text: string): string[] {
  return [...text.matchAll(/^\| `([^`]+)` +\| (\w+) +\|/gm)].map(
    ([, field, type]) => `${field} ${type}`,
  )
}

test('the page of the facts has every kind with every field, and nothing else', () => {
  const documented = pageOf('facts.md')
    .split(/^### /m)
    .slice(1)
    .map((section) => [/^`([^`]+)`/.exec(section)?.[1], rowsOf(section)])
  const known = Object.entries(FACT_FIELDS).map(([kind, fields]) => [
    kind,
    Object.entries(fields).map(([field, shape]) =>
      shape.endsWith('?') ? `${field}? ${shape.slice(0, -1)}` : `${field} ${shape}`,
    ),
  ])
  expect(documented).toEqual(known)
})

test('the page of the JSON report has every outcome with its meaning, and no other', () => {
  const [, section = ''] = pageOf('report-json.md').split(/^## Outcomes$/m)
  const documented = [...section.matchAll(/^\| ([a-z][a-z0-9-]+) +\| (.+?) +\|$/gm)].map(
    ([, outcome, meaning]) => [outcome, meaning],
  )
  expect(documented).toEqual(OUTCOMES.map((outcome) => [outcome, OUTCOME_MEANING[outcome]]))
})

test('the page of expectations has every mismatch with its meaning, and no other', () => {
  const [, section = ''] = pageOf('load-requests.md').split(/^### Mismatches$/m)
  const [table = ''] = section.split(/^### /m)
  const documented = [...table.matchAll(/^\| ([a-z][a-z0-9-]+) +\| (.+?) +\|$/gm)].map(
    ([, mismatch, meaning]) => [mismatch, meaning],
  )
  expect(documented).toEqual([
    ['mismatch', 'what it means'],
    ...MISMATCHES.map((mismatch) => [mismatch, MISMATCH_MEANING[mismatch]]),
  ])
})
