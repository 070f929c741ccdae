import { readdirSync } from 'node:fs'
import { strict as assert } from 'node:assert'
import { startSandboxRuntime } from '../../src/runtime/sandbox-runtime.ts'
import { liveWorld } from '../../src/world/live/world.ts'
import { RuntimeBench, shell } from '../contract/runtime-bench.ts'

/**
 * What the kernel does with limits, inside namespaces: `limits.ts enforced|refused|held [DEAD]`. `refused`: no cgroup
 * can be made. `held`: goes on until it is killed. DEAD is a cgroup that a killed run has left, the only one that may go. Without vitest, because it runs on a machine that is emulated, where starting
 * that takes a minute.
 */
const LIMITS = { memoryBytes: 64 * 1024 * 1024, cpuMillis: 250 }
const isEnforced = process.argv[2] === 'enforced'

const others = cgroups()
const told: string[] = []
const bench = new RuntimeBench(
  await startSandboxRuntime({
    ...liveWorld(),
    images: () => undefined,
    onWarning: (text) => told.push(text),
  }),
)

const unenforced = () => told.filter((text) => text.includes('limits are not enforced'))
try {
  if (process.argv[2] === 'held') {
    await bench.run(['true'], { limits: LIMITS })
    tell('held')
    await new Promise((resolve) => setTimeout(resolve, 600_000))
  }

  const eat = 'echo up; head -c 400000000 /dev/zero | tail | wc -c; echo survived'
  const eaten = await bench.run(shell(eat), { limits: LIMITS })
  assert.deepEqual(eaten.unenforced, isEnforced ? [] : ['memory', 'cpu'])
  assert.equal(
    eaten.exit.isOutOfMemory ?? false,
    isEnforced,
    `OOM of ${JSON.stringify(eaten.exit)}`,
  )
  if (isEnforced) {
    // In version 2 all of a container's processes end together: its shell, too.
    assert.equal(eaten.exit.exitCode, 137)
    assert.equal(eaten.output, 'up\n')
  }
  tell(`memory: ${JSON.stringify(eaten.exit)}`)

  const spin = `const began = performance.now(), { user, system } = process.cpuUsage()
while (performance.now() - began < 4000);
const now = process.cpuUsage()
console.log((now.user + now.system - user - system) / 1000 / (performance.now() - began))`
  const { cpuMillis } = LIMITS
  const spun = await bench.run([process.execPath, '-e', spin], { limits: { cpuMillis } })
  if (isEnforced) assert.ok(Number(spun.output) < 0.4, `of a CPU it had ${spun.output}`)
  assert.ok(Number(spun.output) > 0.1, `of a CPU it had ${spun.output}`)
  tell(`cpu: ${Number(spun.output).toFixed(2)} of one, limit ${cpuMillis / 1_000}`)

  const after = await bench.run(['true'], { limits: LIMITS })
  assert.deepEqual(after.exit.isOutOfMemory, undefined)
  assert.equal(unenforced().length, isEnforced ? 0 : 2, told.join('\n'))

  const made = cgroups().filter((path) => !others.includes(path))
  assert.equal(made.length > 0, isEnforced, `cgroups while it runs: ${made.join(' ')}`)
  assert.deepEqual(
    made.filter((path) => path.includes('container-')),
    [],
    'of containers that have ended',
  )
} finally {
  await bench.stop()
}
const dead = process.argv[3]
assert.deepEqual(
  cgroups(),
  others.filter((path) => path !== dead && path !== `${dead}/owner`),
)
tell(`told: ${unenforced().join(' | ') || 'nothing'}\nOK`)

function tell(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** Those that hitless has made, wherever. */
function cgroups(): readonly string[] {
  return readdirSync('/sys/fs/cgroup', { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .filter((path) => path.includes('/hitless.'))
}
