/**
 * What a pod of the sandbox costs: how long its network and its container take to start beyond the app's own start, and
 * how much memory they hold. Run it with `npm run bench:pods`; it enters namespaces of its own. Of one pod, both parts less
 * a program alone are to be 30 ms or less on a machine that does nothing else. `together` is all at once, per pod. Memory
 * is what the machine has less of (MemAvailable) per pod that does nothing but sleep. Then rollouts of fifty, see rollouts.ts,
 * after `npm run build`.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSandboxRuntime } from '../src/runtime/sandbox-runtime.ts'
import { enterSandboxCommand } from '../src/runtime/sandbox-support.ts'
import type { Mount, Runtime } from '../src/runtime/runtime.ts'
import { liveWorld } from '../src/world/live/world.ts'
import { measureRollouts } from './rollouts.ts'

const INSIDE = 'HITLESS_BENCH_INSIDE'
const COUNTS = [1, 10, 100, 200]

if (process.env[INSIDE] === undefined) {
  const [program = '', ...args] = enterSandboxCommand([process.execPath, import.meta.filename])
  const { status } = spawnSync(program, args, {
    stdio: 'inherit',
    env: { ...process.env, [INSIDE]: '1' },
  })
  process.exitCode = status ?? 1
  if (status === 0) await measureRollouts()
} else await measure()

async function measure(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'hitless-bench-'))
  const runtime = await startSandboxRuntime({
    ...liveWorld(),
    images: () => undefined,
    onWarning: (message) => process.stderr.write(`${message}\n`),
  })
  // As a pod of Kubernetes has them: /etc/hosts and others, a token, a ConfigMap.
  const mounts: readonly Mount[] = [
    { source: '/etc/hosts', target: '/etc/hosts', readOnly: false },
    { source: '/etc/hosts', target: '/dev/termination-log', readOnly: false },
    { source: directory, target: '/var/run/secrets/kubernetes.io/serviceaccount', readOnly: true },
    { source: directory, target: '/etc/config', readOnly: true },
  ]
  const pods = newPods(runtime, mounts)
  await pods.start()
  const own = await repeat(20, async () => timed(() => spawnSync('true')))
  const times = await repeat(20, async () => {
    const { sandboxMs, containerMs } = await pods.start()
    return { sandboxMs, containerMs, bothMs: sandboxMs + containerMs }
  })
  const rows = [
    ['network', times.map(({ sandboxMs }) => sandboxMs)],
    ['container', times.map(({ containerMs }) => containerMs)],
    ['both', times.map(({ bothMs }) => bothMs)],
    ['a program alone', own],
  ] as const
  process.stdout.write('| one pod | median, ms | least, ms |\n')
  process.stdout.write('| --- | --- | --- |\n')
  for (const [name, values] of rows) {
    process.stdout.write(`| ${name} | ${median(values)} | ${Math.min(...values).toFixed(1)} |\n`)
  }
  process.stdout.write('\n')
  process.stdout.write('| pods | together, ms each | memory, MiB each | end, ms each |\n')
  process.stdout.write('| --- | --- | --- | --- |\n')
  for (const count of COUNTS) {
    await pods.removeAll()
    const before = availableMiB()
    const startMs = await timed(() => Promise.all(Array.from({ length: count }, pods.start)))
    const memory = (before - availableMiB()) / count
    const endMs = await timed(pods.removeAll)
    const cells = [count, startMs / count, memory, endMs / count].map((value) => value.toFixed(1))
    process.stdout.write(`| ${cells.join(' | ')} |\n`)
  }
  await runtime.stop()
  rmSync(directory, { recursive: true })
}

function newPods(runtime: Runtime, mounts: readonly Mount[]) {
  let made = 0
  const ids: string[] = []
  return {
    start: async () => {
      const id = `pod-${++made}`
      ids.push(id)
      const sandboxMs = await timed(() =>
        runtime.createSandbox({ id, namespace: 'default', name: id, hostname: id }),
      )
      const containerMs = await timed(() =>
        runtime.startContainer(
          {
            id: `container-${id}`,
            sandboxId: id,
            name: 'app',
            command: ['sleep', '1000000'],
            env: {},
            workingDir: '/',
            mounts,
            logPath: '/dev/null',
          },
          () => undefined,
        ),
      )
      return { sandboxMs, containerMs }
    },
    removeAll: async () => {
      await Promise.all(ids.splice(0).map((id) => runtime.removeSandbox(id)))
    },
  }
}

async function timed(act: () => unknown): Promise<number> {
  const start = performance.now()
  await act()
  return performance.now() - start
}

async function repeat<T>(count: number, act: () => Promise<T>): Promise<readonly T[]> {
  const results: T[] = []
  for (let round = 0; round < count; round++) results.push(await act())
  return results
}

function median(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b)
  return (sorted[Math.floor(sorted.length / 2)] ?? 0).toFixed(1)
}

function availableMiB(): number {
  const text = readFileSync('/proc/meminfo', 'utf8')
  return Number(/MemAvailable:\s+(\d+)/.exec(text)?.[1] ?? 0) / 1_024
}
