import { spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'

const MAIN = new URL('main.ts', import.meta.url).pathname
const GUARD = new URL('exit-guard.ts', import.meta.url).href

interface Ended {
  readonly exitCode: number | null
  readonly stderr: string
}

/** `stdout`: a descriptor, or a pipe whose reader has gone before the program begins. */
async function runNode(args: readonly string[], stdout: number | 'closed'): Promise<Ended> {
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', stdout === 'closed' ? 'pipe' : stdout, 'pipe'],
  })
  child.stdout?.destroy()
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  if (child.stderr === null) throw new Error('stderr is a pipe')
  return { stderr: await text(child.stderr), exitCode: await ended }
}

test('a reader that has gone away changes neither the exit code nor the messages', async () => {
  expect(await runNode([MAIN, '--help'], 'closed')).toEqual({ exitCode: 0, stderr: '' })
})

test('output that cannot be written is told without a stack, and the exit code is not that of drops', async () => {
  const { exitCode, stderr } = await runNode([MAIN, '--help'], openSync('/dev/full', 'w'))
  expect(stderr).toMatch(/^error: cannot write to the output: ENOSPC/)
  expect(stderr).not.toMatch(/\n\s+at /)
  expect(exitCode).toBe(3)
})

test.each([
  ['thrown', "setImmediate(() => { throw new Error('lost') })"],
  ['rejected', "void Promise.reject(new Error('lost'))"],
])('an error that is %s and that nobody catches never looks like drops', async (_, fault) => {
  const program = `const { guardExitCode } = await import(${JSON.stringify(GUARD)})\nguardExitCode()\n${fault}`
  const { exitCode, stderr } = await runNode(
    ['--input-type=module', '-e', program],
    openSync('/dev/null', 'w'),
  )
  expect(stderr).toMatch(/^error: hitless itself failed[^]*lost/)
  expect(exitCode).toBe(3)
})
