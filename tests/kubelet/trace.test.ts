import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { differencesOf } from './compare.ts'
import type { Life } from './play.ts'
import { app, type Scenario } from './scenario.ts'
import { SCENARIOS } from './scenarios.ts'
import { formatTrace, mergeTraces, parseTrace, traceOf } from './trace.ts'
import { maskMessage } from './tracks.ts'

const TRACES = new URL('traces/', import.meta.url)

test('every scenario has its trace, and every trace its scenario', () => {
  const names = SCENARIOS.map(({ name }) => `${name}.txt`)
  expect(readdirSync(TRACES).toSorted()).toEqual(names.toSorted())
  expect(new Set(names).size).toBe(names.length)
  expect(names.length).toBeGreaterThanOrEqual(50)
})

test('every trace tells how long things take', () => {
  for (const { name } of SCENARIOS) {
    const { times } = parseTrace(readFileSync(new URL(`${name}.txt`, TRACES), 'utf8'))
    expect(times.size, name).toBeGreaterThan(0)
  }
})

test('a trace is read back as it was written', () => {
  for (const { name } of SCENARIOS) {
    const text = readFileSync(new URL(`${name}.txt`, TRACES), 'utf8')
    expect(formatTrace(parseTrace(text)), name).toBe(text)
  }
})

test('the table of results has a row for every scenario', () => {
  const page = readFileSync(new URL('../../docs/reference/kubelet.md', import.meta.url), 'utf8')
  const rows = [...page.matchAll(/^\| \[([a-z0-9-]+)\]/gm)].map(([, name]) => name)
  expect(rows).toEqual(SCENARIOS.map(({ name }) => name))
})

const SCENARIO: Scenario = {
  name: 'x',
  about: 'x',
  spec: { containers: [app('serve')] },
  steps: [],
}

/** Of a container that ends, so many milliseconds after it began to run. */
function lifeOf(endedMs: number, exitCode = 0): Life {
  const track = 'container app'
  return {
    changes: [
      { atMs: 0, track, value: 'waiting ContainerCreating' },
      { atMs: 500, track, value: 'running' },
      { atMs: 500 + endedMs, track, value: `terminated Completed ${exitCode}` },
    ],
    stepsAtMs: [0],
    eventCounts: [['app Normal Killing "Stopping container app"', 1]],
  }
}

test.each([
  { name: 'the same', ours: lifeOf(5_000), keys: [] },
  { name: 'as early as a kubelet may be late', ours: lifeOf(2_000), keys: [] },
  { name: 'another end', ours: lifeOf(5_000, 1), keys: ['container app'] },
  {
    name: 'too early',
    ours: lifeOf(1_000),
    keys: ['container app: terminated Completed 0 after container app: running'],
  },
  {
    name: 'too late',
    ours: lifeOf(20_000),
    keys: ['container app: terminated Completed 0 after container app: running'],
  },
  {
    name: 'an event that never came',
    ours: { ...lifeOf(5_000), eventCounts: [] },
    keys: ['count app Normal Killing "Stopping container app"'],
  },
])('a life beside two recordings of about 5 s: $name', ({ ours, keys }) => {
  const recorded = [lifeOf(4_900), lifeOf(5_300)].map((life) => traceOf(SCENARIO, life))
  const differences = differencesOf(mergeTraces(recorded), traceOf(SCENARIO, ours), SCENARIO)
  expect(differences.map(({ key }) => key)).toEqual(keys)
})

test('where recordings differ either of them will do', () => {
  const recorded = mergeTraces([
    traceOf(SCENARIO, lifeOf(5_000)),
    traceOf(SCENARIO, lifeOf(5_000, 1)),
  ])
  expect(recorded.lines.get('container app')).toHaveLength(2)
  expect(differencesOf(recorded, traceOf(SCENARIO, lifeOf(5_000, 1)), SCENARIO)).toEqual([])
})

test('a probe that finds nobody counts only where that is certain', () => {
  const refusal =
    'Warning Unhealthy "Readiness probe failed: dial tcp: connect: connection refused"'
  const life: Life = {
    changes: [{ atMs: 0, track: 'events app', value: `Normal Started "x" | ${refusal}` }],
    stepsAtMs: [0],
    eventCounts: [],
  }
  const linesOf = (scenario: Scenario) => traceOf(scenario, life).lines.get('events app')
  expect(linesOf(SCENARIO)).toEqual(['Normal Started "x"'])
  expect(linesOf({ ...SCENARIO, refuses: true })).toEqual([`Normal Started "x" | ${refusal}`])
})

test.each([
  ['dial tcp 10.1.2.3:8080: refused', 'dial tcp ADDRESS:8080: refused'],
  ['read tcp 10.1.2.3:41234->10.1.2.4:8080: reset', 'read tcp ADDRESS:PORT->ADDRESS:8080: reset'],
  ['pod=pod_kubelet-plain-mi8(0a1b2c3d-0000-4000-8000-0123456789ab)', 'pod=pod_NAMESPACE(UID)'],
  ['a\nb', 'a b'],
])('the message %j is masked', (message, masked) => {
  expect(maskMessage(message)).toBe(masked)
})
