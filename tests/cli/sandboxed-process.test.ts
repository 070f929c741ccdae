import { spawn } from 'node:child_process'
import { readFileSync, readdirSync, readlinkSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'

const OUTER = fileURLToPath(new URL('fixtures/sandbox-outer.ts', import.meta.url))
const AS_NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']
const users =
  process.getuid?.() === 0
    ? [
        { user: 'root', prefix: [] },
        { user: 'an ordinary user', prefix: AS_NOBODY },
      ]
    : [{ user: 'an ordinary user', prefix: [] }]

describe.each(users)('as $user', ({ prefix }) => {
  const runs: SandboxedRun[] = []
  const start = async (behaviour: string) => {
    const run = new SandboxedRun(prefix, behaviour)
    runs.push(run)
    await run.prints('running')
    return run
  }
  afterEach(() => {
    for (const run of runs) run.killAll()
  })

  test('the exit code of the program inside is that of the command', async () => {
    const before = machineState()
    const run = await start('finish')
    expect(await run.exit).toBe(7)
    await run.leavesNothing()
    expect(machineState()).toEqual(before)
  })

  test.each<Role>(['outer', 'unshare', 'init', 'inner'])(
    'kill -9 of %s leaves no process, namespace, mount or bridge',
    async (victim) => {
      const before = machineState()
      const run = await start('wait')
      const namespaces = run.namespaces()
      expect(namespaces).toHaveLength(4)
      expect(run.processes().length).toBeGreaterThanOrEqual(6)
      process.kill(run.processOf(victim), 'SIGKILL')
      expect(await run.exit).not.toBe(0)
      await run.leavesNothing(namespaces)
      expect(machineState()).toEqual(before)
    },
  )

  test('kill -9 of outer ends a program inside that no longer listens', async () => {
    const run = await start('blocked')
    process.kill(run.processOf('outer'), 'SIGKILL')
    await run.leavesNothing()
  })

  test('a Ctrl-C of the terminal reaches the program inside as one message', async () => {
    const run = await start('polite')
    // A terminal signals the whole foreground process group.
    process.kill(-run.processOf('outer'), 'SIGINT')
    expect(await run.exit).toBe(5)
    expect(run.output.match(/interrupted/g)).toHaveLength(1)
    await run.leavesNothing()
  })

  test('a second Ctrl-C kills', async () => {
    const run = await start('stubborn')
    process.kill(run.processOf('outer'), 'SIGINT')
    await run.prints('interrupted')
    process.kill(run.processOf('outer'), 'SIGINT')
    expect(await run.exit).toBe(130)
    await run.leavesNothing()
  })
})

type Role = 'outer' | 'unshare' | 'init' | 'inner'

/** One start of the outer program; all its processes carry a word of their own in their arguments. */
class SandboxedRun {
  static #count = 0
  readonly exit: Promise<number | string | null>
  output = ''
  readonly #mark = `hitless-test-${process.pid}-${SandboxedRun.#count++}`

  constructor(prefix: readonly string[], behaviour: string) {
    const command = [process.execPath, OUTER, this.#mark, behaviour]
    const [program = process.execPath, ...args] = [...prefix, ...command]
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'], detached: true })
    child.stdout.on('data', (bytes: Buffer) => (this.output += bytes.toString()))
    this.exit = new Promise((resolve) =>
      child.on('exit', (exitCode, signal) => resolve(exitCode ?? signal)),
    )
  }

  async prints(text: string): Promise<void> {
    for (let tries = 0; !this.output.includes(text); tries++) {
      if (tries > 1_000) throw new Error(`it did not print ${text}: ${this.output}`)
      await sleep(10)
    }
  }

  processes(): readonly { readonly processId: number; readonly command: readonly string[] }[] {
    return allProcesses().filter(({ command }) => command.includes(this.#mark))
  }

  processOf(role: Role): number {
    const [found] = this.processes()
      .filter(({ command }) => roleOf(command) === role)
      .sort((a, b) => a.processId - b.processId)
    if (found === undefined) throw new Error(`no process is the ${role}`)
    return found.processId
  }

  namespaces(): readonly string[] {
    const inner = this.processOf('inner')
    return NAMESPACE_KINDS.map((kind) => readlinkSync(`/proc/${inner}/ns/${kind}`))
  }

  /** What was killed takes a moment to be gone, and its namespaces go after it. */
  async leavesNothing(namespaces: readonly string[] = []): Promise<void> {
    const left = () => {
      const present = allNamespaces()
      return [...this.processes(), ...namespaces.filter((namespace) => present.has(namespace))]
    }
    for (let tries = 0; left().length > 0; tries++) {
      if (tries > 500) throw new Error(`left: ${JSON.stringify(left())}`)
      await sleep(10)
    }
  }

  killAll(): void {
    for (const { processId } of this.processes()) process.kill(processId, 'SIGKILL')
  }
}

function roleOf([program = '', ...args]: readonly string[]): Role | undefined {
  if (program === 'unshare') return 'unshare'
  // Its own watcher has the same command and a higher process id.
  if (program === '/bin/sh') return 'init'
  // What Node runs comes after Node's own flags.
  const entry = args.find((arg) => !arg.startsWith('--')) ?? ''
  if (entry.endsWith('sandbox-outer.ts')) return 'outer'
  if (entry.endsWith('sandbox-inner.ts')) return 'inner'
  return undefined
}

const NAMESPACE_KINDS = ['user', 'net', 'mnt', 'pid']

function allProcesses() {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ processId: Number(name), command: commandOf(name) }))
}

/** Empty for a process that has just ended. */
function commandOf(processId: string): readonly string[] {
  try {
    return readFileSync(`/proc/${processId}/cmdline`, 'utf8').split('\0')
  } catch {
    return []
  }
}

function allNamespaces(): Set<string> {
  const found = new Set<string>()
  for (const { processId } of allProcesses()) {
    for (const kind of NAMESPACE_KINDS) {
      try {
        found.add(readlinkSync(`/proc/${processId}/ns/${kind}`))
      } catch {
        // It has ended, or is another user's.
      }
    }
  }
  return found
}

/** What a run might leave on the machine itself, without what a Docker engine beside it makes and removes meanwhile. */
function machineState() {
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n')
  return {
    mounts: mounts.filter((line) => !line.includes('docker')),
    interfaces: Object.keys(networkInterfaces()).filter((name) => !/^(?:veth|br-)/.test(name)),
  }
}
