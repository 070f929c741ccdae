/**
 * Plays the scenarios of `tests/differential` against a real control plane and writes what its controllers did
 * to `tests/differential/traces/`, where a test compares ours with it.
 *
 *   KUBECONFIG=… node scripts/record-traces.ts [--times N] [NAME…]
 *   KUBECONFIG=… node scripts/record-traces.ts --ours [NAME…]
 *
 * The control plane must have no node, and a controller manager with `--kube-api-qps=500 --kube-api-burst=1000`
 * and `--controllers=*,-pod-garbage-collector-controller`. With `--ours` our controllers run on its API instead of
 * its own, the result is compared with the traces, and docs/reference/differential.md is written; then these are to be
 * switched off too: deployment-controller, replicaset-controller, endpointslice-controller.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startControllers } from '../src/controllers/controllers.ts'
import { liveClock } from '../src/world/live/clock.ts'
import { playEmbedded } from '../tests/differential/embedded-environment.ts'
import { play } from '../tests/differential/play.ts'
import { realEnvironment } from '../tests/differential/real-environment.ts'
import { formatResults, type Result } from '../tests/differential/results.ts'
import type { Scenario } from '../tests/differential/scenario.ts'
import { SCENARIOS } from '../tests/differential/scenarios.ts'
import {
  compareTraces,
  formatTrace,
  mergeTraces,
  parseTrace,
  type Difference,
  type Trace,
} from '../tests/differential/trace.ts'
import { openRealCluster, type RealCluster } from '../tests/support/real-cluster.ts'

/** Scenarios under way at once, each in a namespace of its own. */
const CONCURRENCY = 8

/** A scenario that comes out differently is played again: a machine that is short of time upsets the timed ones. */
const ATTEMPTS_MAX = 3

const TRACES = fileURLToPath(new URL('../tests/differential/traces/', import.meta.url))
const TABLE = fileURLToPath(new URL('../docs/reference/differential.md', import.meta.url))

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { times: { type: 'string', default: '3' }, ours: { type: 'boolean', default: false } },
})
const cluster = await openRealCluster(process.env['KUBECONFIG'] ?? '', 'hitless-differential')
const chosen = SCENARIOS.filter(
  ({ name }) => positionals.length === 0 || positionals.includes(name),
)
try {
  if (values.ours) await compareOurs(cluster, chosen)
  else await record(cluster, chosen, Number(values.times))
} finally {
  await cluster.close()
}

async function record(
  { client }: RealCluster,
  scenarios: readonly Scenario[],
  times: number,
): Promise<void> {
  const environment = realEnvironment(client, liveClock(), 1_200)
  const traces = new Map<Scenario, Trace[]>(scenarios.map((scenario) => [scenario, []]))
  const runs = scenarios.flatMap((scenario) => Array.from({ length: times }, () => scenario))
  mkdirSync(TRACES, { recursive: true })
  await inParallel(runs, async (scenario, index) => {
    const all = traces.get(scenario) ?? []
    all.push(await playOnce(scenario, environment, index))
    if (all.length < times) return
    writeFileSync(`${TRACES}${scenario.name}.txt`, formatTrace(mergeTraces(all)))
    say(`${scenario.name}: recorded ${times} times`)
  })
  for (const [{ name }, all] of traces) {
    if (all.length < times) say(`${name}: NOT recorded`)
  }
}

async function compareOurs({ client }: RealCluster, scenarios: readonly Scenario[]): Promise<void> {
  const clock = liveClock()
  // Longer than for Kubernetes' own: ours share one thread with all these scenarios.
  const environment = realEnvironment(client, clock, 2_000)
  const controllers = await startControllers({ client, clock, only: ['deployment', 'replicaset'] })
  const results: Result[] = []
  try {
    await inParallel(scenarios, async (scenario, index) => {
      const recorded = parseTrace(readFileSync(`${TRACES}${scenario.name}.txt`, 'utf8'))
      const embedded = compareTraces(recorded, await playEmbedded(scenario), scenario)
      let onReal: readonly Difference[] = []
      let attempts = 0
      do {
        attempts += 1
        const ours = await playOnce(scenario, environment, index)
        onReal = compareTraces(recorded, ours, scenario)
        tell(scenario, onReal)
      } while (onReal.length > 0 && attempts < ATTEMPTS_MAX)
      results.push({ scenario, recorded, embedded, onReal, attempts })
    })
  } finally {
    await controllers.stop()
  }
  const order = scenarios.map(({ name }) => name)
  results.sort((a, b) => order.indexOf(a.scenario.name) - order.indexOf(b.scenario.name))
  if (scenarios.length === SCENARIOS.length) writeFileSync(TABLE, formatResults(results))
}

function tell({ name }: Scenario, differences: readonly Difference[]): void {
  for (const { step, heading, key, recorded, ours } of differences) {
    const texts = recorded.map((text) => `  kubernetes ${text}`)
    say([`${name} ${step} ## ${heading} / ${key}`, ...texts, `  ours       ${ours}`].join('\n'))
  }
}

async function playOnce(
  scenario: Scenario,
  environment: ReturnType<typeof realEnvironment>,
  index: number,
): Promise<Trace> {
  const namespace = `${scenario.name}-${index}-${Date.now().toString(36)}`
  try {
    return await play(scenario, environment, namespace)
  } finally {
    await environment.client.delete('Namespace', { name: namespace })
  }
}

/** Some at a time; one that fails is told and leaves the others alone. */
async function inParallel<T>(
  all: readonly T[],
  work: (one: T, index: number) => Promise<void>,
): Promise<void> {
  const waiting = [...all.entries()]
  const workers = Array.from({ length: CONCURRENCY }, async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, one] = next
      await work(one, index).catch((error: unknown) => say(`${index}: ${String(error)}`))
    }
  })
  await Promise.all(workers)
}

function say(text: string): void {
  process.stderr.write(`${text}\n`)
}
