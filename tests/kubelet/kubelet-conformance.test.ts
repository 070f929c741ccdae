import { readFileSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { differencesOf } from './compare.ts'
import { playAll } from './play-all.ts'
import { formatResults } from './results.ts'
import { SCENARIOS } from './scenarios.ts'
import { parseTrace, type Trace } from './trace.ts'

const TRACES = new URL('traces/', import.meta.url)
const PAGE = new URL('../../docs/reference/kubelet.md', import.meta.url)

const RECORDED = new Map(
  SCENARIOS.map(
    ({ name }) => [name, parseTrace(readFileSync(new URL(`${name}.txt`, TRACES), 'utf8'))] as const,
  ),
)

describe('a pod on our node', () => {
  let played: ReadonlyMap<string, Trace | Error>

  beforeAll(async () => {
    played = await playAll(SCENARIOS)
    if (process.env['UPDATE_KUBELET_PAGE'] === undefined) return
    writeFileSync(PAGE, formatResults(SCENARIOS, RECORDED, played))
  }, 280_000)

  test.each(SCENARIOS)('lives as on a kubelet: $name, $about', (scenario) => {
    const ours = played.get(scenario.name)
    const recorded = RECORDED.get(scenario.name)
    if (ours === undefined || recorded === undefined) throw new Error('not played')
    if (ours instanceof Error) throw ours
    expect(differencesOf(recorded, ours, scenario)).toEqual([])
  })
})
