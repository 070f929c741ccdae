/**
 * Plays the scenarios of `tests/kubelet` on a real node and writes what its kubelet did to `tests/kubelet/traces/`, where
 * a test compares ours with it.
 *
 *   KUBECONFIG=… node scripts/record-kubelet.ts [--times N] [--at-once N] [--lives DIRECTORY] [NAME…]
 *   node scripts/record-kubelet.ts --from DIRECTORY [NAME…]
 *
 * The cluster has one node with the images of `scripts/build-kubelet-image.ts`. With `--lives` what was seen is kept as
 * well; with `--from` the traces are written from that again.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { liveClock } from '../src/world/live/clock.ts'
import { type Life, play } from '../tests/kubelet/play.ts'
import type { Scenario } from '../tests/kubelet/scenario.ts'
import { SCENARIOS } from '../tests/kubelet/scenarios.ts'
import { formatTrace, mergeTraces, traceOf } from '../tests/kubelet/trace.ts'
import { openRealCluster } from '../tests/support/real-cluster.ts'

const TRACES = fileURLToPath(new URL('../tests/kubelet/traces/', import.meta.url))

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    times: { type: 'string', default: '3' },
    'at-once': { type: 'string', default: '3' },
    lives: { type: 'string' },
    from: { type: 'string' },
  },
})
const chosen = SCENARIOS.filter(
  ({ name }) => positionals.length === 0 || positionals.includes(name),
)
mkdirSync(TRACES, { recursive: true })
if (values.from === undefined) await record(Number(values.times), Number(values['at-once']))
else for (const scenario of chosen) writeAgain(scenario, values.from)

async function record(times: number, atOnce: number): Promise<void> {
  const path = process.env['KUBECONFIG'] ?? ''
  const { client, close } = await openRealCluster(path, 'hitless-kubelet')
  const clock = liveClock()
  const lives = new Map<Scenario, Life[]>(chosen.map((scenario) => [scenario, []]))
  const waiting = Array.from({ length: times }, () => chosen).flat()
  /** One that fails is told and leaves the others alone. */
  const work = async () => {
    for (let scenario = waiting.shift(); scenario !== undefined; scenario = waiting.shift()) {
      const all = lives.get(scenario) ?? []
      const { name } = scenario
      const namespace = `kubelet-${name}-${Date.now().toString(36)}`
      try {
        const life = await play(scenario, { client, clock, namespace })
        all.push(life)
        if (values.lives !== undefined) keepLife(values.lives, name, life)
      } catch (error) {
        process.stderr.write(`${name}: NOT recorded: ${String(error)}\n`)
      }
      if (all.length >= times) writeTrace(scenario, all)
    }
  }
  try {
    await Promise.all(Array.from({ length: atOnce }, work))
  } finally {
    await close()
  }
}

function keepLife(directory: string, name: string, life: Life): void {
  mkdirSync(directory, { recursive: true })
  writeFileSync(`${directory}/${name}@${Date.now()}.json`, JSON.stringify(life))
}

function writeAgain(scenario: Scenario, directory: string): void {
  const files = readdirSync(directory).filter((file) => file.startsWith(`${scenario.name}@`))
  const lives = files.map((file): Life => JSON.parse(readFileSync(`${directory}/${file}`, 'utf8')))
  if (lives.length > 0) writeTrace(scenario, lives)
}

function writeTrace(scenario: Scenario, lives: readonly Life[]): void {
  const merged = mergeTraces(lives.map((life) => traceOf(scenario, life)))
  writeFileSync(`${TRACES}${scenario.name}.txt`, formatTrace(merged))
  process.stderr.write(`${scenario.name}: recorded ${lives.length} times\n`)
}
