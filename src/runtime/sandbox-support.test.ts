import { expect, test } from 'vitest'
import { liveProcesses } from '../world/live/processes.ts'
import type { Processes, RunResult } from '../world/processes.ts'
import { checkSandbox, enterSandboxCommand } from './sandbox-support.ts'

const refused: RunResult = { exitCode: 1, stdout: '', stderr: 'refused', timedOut: false }

/** Answers in place of the machine; the examination runs for real unless it is answered too. */
function machine(answer: (command: readonly string[]) => RunResult | undefined): Processes {
  const real = liveProcesses()
  return { ...real, run: async (command, options) => answer(command) ?? real.run(command, options) }
}

test('this machine allows it', async () => {
  expect(await checkSandbox(liveProcesses())).toEqual({ ok: true, userNamespace: true })
})

test('root goes without a user namespace where only that is refused', async () => {
  const seen = { ...refused, exitCode: 0, stdout: 'system=Linux\nuser=0\n' }
  const support = await checkSandbox(
    machine((command) => {
      if (command.includes('--user')) return refused
      return command[0] === 'unshare' ? { ...refused, exitCode: 0 } : seen
    }),
  )
  expect(support).toEqual({ ok: true, userNamespace: false })
})

test('an ordinary user is told what to do', async () => {
  const stdout = 'system=Linux\nuser=1000\nsetting=kernel/unprivileged_userns_clone 0\n'
  const support = await checkSandbox(
    machine((command) =>
      command[0] === 'unshare' ? refused : { ...refused, exitCode: 0, stdout },
    ),
  )
  expect(support.ok ? undefined : support.reason).toContain('unprivileged_userns_clone=0')
  expect(support.ok ? undefined : support.hint).toContain('sudo sysctl')
})

test('inside, one is root of a network of one’s own, and the exit code comes out', async () => {
  const { exitCode, stdout } = await liveProcesses().run(
    enterSandboxCommand(['/bin/sh', '-c', 'id -u; ip -o link | wc -l; exit 9']),
    { timeoutMs: 10_000 },
  )
  expect(stdout).toBe('0\n1\n')
  expect(exitCode).toBe(9)
})
