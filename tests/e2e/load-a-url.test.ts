import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { inTemporaryDirectory, runHitless } from './run-hitless.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PAGE = readFileSync(join(ROOT, 'docs/how-to/load-a-url.md'), 'utf8')

interface Server {
  readonly url: string
  /** Ends it; how many requests it did not answer, as it says. */
  stop(): Promise<number>
}

/** The server of the page. */
async function startServer(): Promise<Server> {
  const program = join(ROOT, 'examples/load-url/server.mjs')
  const child = spawn(process.execPath, [program, '0'], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  let said = ''
  child.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()))
  await once(child.stdout, 'data')
  return {
    url: said.trim(),
    async stop() {
      child.kill('SIGINT')
      await once(child, 'close')
      return Number(/(\d+) requests had no answer/.exec(said)?.[1])
    },
  }
}

test('the first command of the page finds as many drops as the server knows of', async () => {
  expect(PAGE).toContain('hitless load http://127.0.0.1:8080/ --rate 200/s\n')
  const server = await startServer()
  const { exitCode, stdout } = await runHitless(['load', server.url, '--rate', '200/s'])
  const dropped = await server.stop()
  expect(dropped).toBeGreaterThan(0)
  expect(stdout).toContain(`${dropped} of 2,000 requests dropped; a retrying client would have`)
  expect(stdout).toContain(`ok:${2_000 - dropped} eof-reused:${dropped}\n`)
  // A busy machine may have been in the generator's way, which it tells.
  expect(exitCode, stdout).toBe(stdout.includes('INCONCLUSIVE') ? 3 : 1)
})

test('ledgers of several generators are one run, and one table of records', async () => {
  const server = await startServer()
  await inTemporaryDirectory(async (cwd) => {
    const send = (output: string) => {
      const args = ['--requests', '900', '--rate', '300/s', '--lanes', 'reused=1']
      return runHitless(['load', server.url, ...args, '--output', output], { cwd })
    }
    await Promise.all(['one.ledger', 'two.ledger'].map(send))
    const dropped = await server.stop()
    expect(dropped).toBeGreaterThan(0)
    const read = ['load', '--read', 'one.ledger', 'two.ledger', '--output', 'both.csv']
    const { stdout } = await runHitless(read, { cwd })
    expect(stdout).toContain('load     600 req/s, open loop, 32 connections, 2 workers')
    expect(stdout).toContain(`${dropped} of 1,800 requests dropped`)
    // There are no rows, so there is no head of any.
    expect(stdout).not.toContain('open/s')
    const [head, ...records] = readFileSync(join(cwd, 'both.csv'), 'utf8').trim().split('\n')
    expect(PAGE).toContain(head)
    expect(records).toHaveLength(1_800)
    expect(records.filter((line) => !line.includes(',ok,'))).toHaveLength(dropped)
  })
})

test('the program of the page runs as it is there', async () => {
  const server = await startServer()
  const [, program = ''] = /^```js\n([^]*?)^```$/m.exec(PAGE) ?? []
  const source = program.replace('http://127.0.0.1:8080/', server.url)
  // With a flag that Node refuses to threads.
  const run = spawn(process.execPath, ['--input-type=module', '-e', source], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let printed = ''
  run.stdout.on('data', (bytes: Buffer) => (printed += bytes.toString()))
  await once(run, 'close')
  const dropped = await server.stop()
  expect(printed).toMatch(/^\d+ eof-reused connection \d+, 50 requests before$/m)
  expect(printed).toContain(`${dropped} of 2000 dropped\n`)
  expect(run.exitCode).toBe(1)
})
