import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { playEmbedded } from './embedded-environment.ts'
import { SCENARIOS } from './scenarios.ts'
import { compareTraces, formatTrace, parseTrace } from './trace.ts'

const TRACES = new URL('traces/', import.meta.url)

test.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))(
  'our controllers do what those of Kubernetes did: %s',
  async (name, scenario) => {
    const recorded = parseTrace(readFileSync(new URL(`${name}.txt`, TRACES), 'utf8'))
    const ours = await playEmbedded(scenario)
    expect(ours.steps.map(({ heading }) => heading)).toEqual(
      recorded.steps.map(({ heading }) => heading),
    )
    expect(compareTraces(recorded, ours, scenario)).toEqual([])
  },
)

test('every scenario has its trace, and every trace its scenario', () => {
  const names = SCENARIOS.map(({ name }) => `${name}.txt`)
  expect(readdirSync(TRACES).toSorted()).toEqual(names.toSorted())
  expect(new Set(names).size).toBe(names.length)
  expect(names.length).toBeGreaterThanOrEqual(40)
})

test('the table of results has a row for every scenario', () => {
  const page = readFileSync(
    new URL('../../docs/reference/differential.md', import.meta.url),
    'utf8',
  )
  const rows = [...page.matchAll(/^\| \[([a-z0-9-]+)\]/gm)].map(([, name]) => name)
  expect(rows).toEqual(SCENARIOS.map(({ name }) => name))
})

test('a trace is read back as it was written', () => {
  for (const { name } of SCENARIOS) {
    const text = readFileSync(new URL(`${name}.txt`, TRACES), 'utf8')
    expect(formatTrace(parseTrace(text))).toBe(text)
  }
})

test('the same scenario gives the same trace', async () => {
  const [scenario] = SCENARIOS.filter(({ name }) => name === 'rollover-thrice')
  if (scenario === undefined) throw new Error('no such scenario')
  expect(formatTrace(await playEmbedded(scenario))).toBe(formatTrace(await playEmbedded(scenario)))
})
