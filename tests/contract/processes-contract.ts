import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ProcessExit, Processes } from '../../src/world/processes.ts'

/** What every Processes promises; the programs are those of a POSIX system. */
export function describeProcesses(name: string, makeProcesses: () => Processes): void {
  describe(`${name} processes`, () => {
    test.each([
      ['exit 0', { exitCode: 0, signal: null }],
      ['exit 7', { exitCode: 7, signal: null }],
      ['kill -TERM $$', { exitCode: null, signal: 'SIGTERM' }],
      ['kill -KILL $$', { exitCode: null, signal: 'SIGKILL' }],
    ])('%s ends as the system says', async (script, exit) => {
      expect((await start(makeProcesses(), shell(script)).exit).exit).toEqual(exit)
    })

    test.each([
      ['/nowhere/program', 'ENOENT'],
      ['/etc/passwd', 'EACCES'],
    ])('%s cannot be started, which arrives as an exit', async (program, startError) => {
      const started = start(makeProcesses(), [program])
      expect((await started.exit).exit).toEqual({ exitCode: 128, signal: null, startError })
      expect(started.processId).toBe(0)
    })

    test('all output arrives before the exit, each stream by itself', async () => {
      const script = 'seq 20000; echo problem >&2'
      const { output } = await start(makeProcesses(), shell(script)).exit
      expect(output.stdout.split('\n')).toHaveLength(20_001)
      expect(output.stdout).toMatch(/20000\n$/)
      expect(output.stderr).toBe('problem\n')
    })

    test('what a process leaves behind does not hold up its exit', async () => {
      const processes = makeProcesses()
      const { exit, output } = await start(processes, shell('sleep 30 & echo $!; exit 3')).exit
      expect(exit.exitCode).toBe(3)
      expect(processes.signal(Number(output.stdout), 'SIGKILL')).toBe(true)
    })

    test('who follows a process reads what waits in its pipes, and learns its end', async () => {
      const processes = makeProcesses()
      const directory = mkdtempSync(join(tmpdir(), 'hitless-follow-'))
      const paths = { stdout: join(directory, 'out'), stderr: join(directory, 'err') }
      execFileSync('mkfifo', [paths.stdout, paths.stderr])
      // Keeps them open as long as it lives, and writes before anybody reads.
      const script = 'exec 3<>"$1" 4<>"$2"; echo early >&3; echo ready; read -r line; echo late >&4'
      const child = spawn('/bin/sh', ['-c', script, 'sh', paths.stdout, paths.stderr])
      await once(child.stdout, 'data')
      let output = ''
      const ended = Promise.withResolvers<void>()
      processes.follow(paths, {
        onOutput: (stream, bytes) => (output += `${stream} ${Buffer.from(bytes).toString()}`),
        onEnd: () => ended.resolve(),
      })
      child.stdin.write('go on\n')
      await ended.promise
      expect(output).toBe('stdout early\nstderr late\n')
      rmSync(directory, { recursive: true })
    })

    test('the end of what is not there any more is told', async () => {
      const paths = { stdout: '/nowhere/out', stderr: '/nowhere/err' }
      await new Promise<void>((resolve) =>
        makeProcesses().follow(paths, { onOutput: () => undefined, onEnd: resolve }),
      )
    })

    test('only the given environment and directory are seen', async () => {
      const env = { ONE: '1' }
      const { output } = await start(makeProcesses(), ['/usr/bin/env'], { env }).exit
      expect(output.stdout).toBe('ONE=1\n')
      const placed = await start(makeProcesses(), shell('pwd'), { workingDir: '/usr' }).exit
      expect(placed.output.stdout).toBe('/usr\n')
    })

    test('what is written to file descriptor 3 arrives as a report, then null', async () => {
      const reports: (string | null)[] = []
      const processes = makeProcesses()
      await start(processes, shell('echo ready >&3; exec 3>&-; echo done'), {
        report: true,
        onReport: (text) => reports.push(text),
      }).exit
      expect(reports).toEqual(['ready\n', null])
    })

    test('a signal reaches a process, and one that has ended cannot be signalled', async () => {
      const processes = makeProcesses()
      const started = start(
        processes,
        shell('trap "exit 5" TERM; echo up; while :; do sleep 0.05; done'),
      )
      await started.firstOutput
      expect(processes.signal(started.processId, 'SIGTERM')).toBe(true)
      expect((await started.exit).exit.exitCode).toBe(5)
      expect(processes.signal(started.processId, 'SIGTERM')).toBe(false)
    })
  })

  describe(`${name} processes, run to their end`, () => {
    test('give exit code and output, and read their input', async () => {
      const result = await makeProcesses().run(shell('cat; echo no >&2; exit 4'), {
        timeoutMs: 10_000,
        input: 'text',
      })
      expect(result).toEqual({ exitCode: 4, stdout: 'text', stderr: 'no\n', timedOut: false })
    })

    test('have their output cut at the limit', async () => {
      const limits = { timeoutMs: 10_000, outputBytesMax: 100 }
      const result = await makeProcesses().run(shell('seq 100000'), limits)
      expect(result.stdout).toHaveLength(100)
      expect(result.exitCode).toBe(0)
    })

    test('are killed at the timeout with all they started', async () => {
      const processes = makeProcesses()
      const result = await processes.run(shell('sleep 60 & echo $!; wait'), { timeoutMs: 200 })
      expect(result).toMatchObject({ exitCode: 137, timedOut: true })
      // Killed, and perhaps not yet reaped: signals still reach a zombie, so its state is looked at.
      const pid = result.stdout.trim()
      const left = await processes.run(
        shell(
          `for i in 1 2 3 4 5 6 7 8 9; do grep -q "^State:.[SR]" /proc/${pid}/status 2>/dev/null || exit 0; sleep 0.1; done; exit 1`,
        ),
        { timeoutMs: 10_000 },
      )
      expect(left.exitCode).toBe(0)
    })

    test('are killed when their signal aborts, also before they began', async () => {
      const processes = makeProcesses()
      const signal = AbortSignal.abort()
      const result = await processes.run(shell('sleep 60'), { timeoutMs: 60_000, signal })
      expect(result).toMatchObject({ exitCode: 137, timedOut: false })
      const abort = new AbortController()
      const running = processes.run(shell('sleep 60'), { timeoutMs: 60_000, signal: abort.signal })
      abort.abort()
      expect(await running).toMatchObject({ exitCode: 137, timedOut: false })
    })

    test('tell a missing program from one that may not be run, as a shell does', async () => {
      const processes = makeProcesses()
      const missing = await processes.run(['/nowhere/program'], { timeoutMs: 1_000 })
      expect(missing).toMatchObject({ exitCode: 127, timedOut: false })
      expect(missing.stderr).toContain('ENOENT')
      const refused = await processes.run(['/etc/passwd'], { timeoutMs: 1_000 })
      expect(refused.exitCode).toBe(126)
    })
  })
}

const shell = (script: string): readonly string[] => ['/bin/sh', '-c', script]

function start(
  processes: Processes,
  command: readonly string[],
  options: {
    env?: Record<string, string>
    workingDir?: string
    report?: boolean
    onReport?: (text: string | null) => void
  } = {},
) {
  const output = { stdout: '', stderr: '' }
  const first = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<{ exit: ProcessExit; output: typeof output }>()
  const { onReport, ...spec } = options
  const { processId } = processes.spawn(
    { command, env: { PATH: '/usr/local/bin:/usr/bin:/bin' }, ...spec },
    {
      onOutput(stream, bytes) {
        output[stream] += Buffer.from(bytes).toString()
        first.resolve()
      },
      ...(onReport === undefined ? {} : { onReport }),
      onExit: (exit) => ended.resolve({ exit, output }),
    },
  )
  return { processId, exit: ended.promise, firstOutput: first.promise }
}
