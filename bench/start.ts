/**
 * How long from the command to the first pod Ready, and how much memory hitless takes meanwhile.
 * Run it with `npm run bench:start`. Memory is the proportional set size (pages shared by several
 * processes are divided among them) of all processes of the run, the pods' own left out, at its
 * largest; times are wall-clock, the median and range of the runs.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import type { Fact } from '../src/timeline/fact.ts'

const RUNS = 5
const MAIN = new URL('../dist/cli/main.js', import.meta.url).pathname
const directoryOf = (name: string) => new URL(name, import.meta.url).pathname

interface Measurement {
  readonly toContainerStartedMs: number
  readonly toReadyMs: number
  readonly memoryMiB: number
}

const trivial = await measureAll('trivial')
// With a probe the kubelet's rule shows: one at the start, before the app listens, the next 1 s later.
const probed = await measureAll('probed')
process.stdout.write(
  `${cpus().length} × ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, ${RUNS} runs\n\n`,
)
process.stdout.write('| from the command to | median | min | max |\n| --- | --- | --- | --- |\n')
row('the first container started, ms', trivial, ({ toContainerStartedMs }) => toContainerStartedMs)
row('the first pod Ready, ms', trivial, ({ toReadyMs }) => toReadyMs)
row('the same with a readiness probe, ms', probed, ({ toReadyMs }) => toReadyMs)
row('memory at its largest, MiB', trivial, ({ memoryMiB }) => memoryMiB)

async function measureAll(name: string): Promise<readonly Measurement[]> {
  const measurements: Measurement[] = []
  for (let run = 0; run < RUNS; run++) measurements.push(await measure(directoryOf(name)))
  return measurements
}

async function measure(manifests: string): Promise<Measurement> {
  const directory = await mkdtemp(join(tmpdir(), 'hitless-bench-'))
  try {
    const startedWallMs = Date.now()
    const child = spawn(process.execPath, [MAIN, 'test', manifests, '--output', directory], {
      stdio: 'ignore',
    })
    const memoryMiB = await largestMemory(child)
    const run: { readonly startedAt: string } = JSON.parse(
      await readFile(join(directory, 'run.json'), 'utf8'),
    )
    const lines = (await readFile(join(directory, 'facts.jsonl'), 'utf8')).trim().split('\n')
    const facts = lines.map((line): Fact => JSON.parse(line))
    const originMs = Date.parse(run.startedAt) - startedWallMs
    const after = (fact: Fact | undefined) =>
      fact === undefined ? Number.NaN : originMs + fact.at / 1e6
    return {
      toContainerStartedMs: after(facts.find(({ kind }) => kind === 'container-started')),
      toReadyMs: after(facts.find((fact) => fact.kind === 'pod-observed' && fact.ready)),
      memoryMiB,
    }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** Looks ten times a second until the command has ended. */
async function largestMemory(child: ChildProcess): Promise<number> {
  let largest = 0
  const end = new Promise<'ended'>((resolve) => child.once('exit', () => resolve('ended')))
  for (;;) {
    largest = Math.max(largest, await memoryOf(child.pid ?? 0))
    const pause = new Promise<'again'>((resolve) => setTimeout(() => resolve('again'), 100))
    if ((await Promise.race([end, pause])) === 'ended') break
  }
  return largest / 1024
}

/** KiB of the process and its descendants that run hitless itself. */
async function memoryOf(root: number): Promise<number> {
  const parents = new Map<number, number>()
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    const stat = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => undefined)
    if (stat === undefined) continue
    parents.set(Number(entry), Number(stat.slice(stat.lastIndexOf(')') + 4).split(' ')[0]))
  }
  const isOurs = (processId: number): boolean =>
    processId === root || (parents.has(processId) && isOurs(parents.get(processId) ?? 0))
  let total = 0
  for (const processId of parents.keys()) {
    if (!isOurs(processId)) continue
    const command = await readFile(`/proc/${processId}/cmdline`, 'utf8').catch(() => '')
    if (command.includes('server.mjs')) continue
    const rollup = await readFile(`/proc/${processId}/smaps_rollup`, 'utf8').catch(() => '')
    total += Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0)
  }
  return total
}

function row(
  name: string,
  measurements: readonly Measurement[],
  pick: (measurement: Measurement) => number,
): void {
  const values = measurements.map(pick).sort((a, b) => a - b)
  const cells = [values[RUNS >> 1], values[0], values.at(-1)].map((value) =>
    Math.round(value ?? Number.NaN),
  )
  process.stdout.write(`| ${name} | ${cells.join(' | ')} |\n`)
}
