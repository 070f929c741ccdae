import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'

const run = promisify(execFile)
const ROOT = fileURLToPath(new URL('../..', import.meta.url))

async function serving(): Promise<string> {
  const server = createServer((_request, response) => response.end('hello'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo // oxlint-disable-line typescript/no-unsafe-type-assertion -- a TCP server has one
  return `http://127.0.0.1:${port}/`
}

test('a program imports the engine by its name, and is told of every request', async () => {
  const url = await serving()
  const example = join(ROOT, 'examples/load-library/spike.mjs')
  const { stdout } = await run(process.execPath, [example, url])
  expect(stdout).toContain('50 sent, 50 ok, 0 dropped\n')
  expect(stdout).toMatch(/825 of 825 ok, p99 [\d.]+ ms\n$/)
})

test('its types are those of the package, whoever installs it', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'hitless-library-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  mkdirSync(join(directory, 'node_modules'))
  symlinkSync(ROOT, join(directory, 'node_modules/hitless'))
  writeFileSync(join(directory, 'package.json'), '{ "type": "module" }')
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2024',
    strict: true,
    noEmit: true,
    types: [],
  }
  writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
  writeFileSync(
    join(directory, 'right.ts'),
    `import { load, type LoadSummary } from 'hitless/load'
     const summary: LoadSummary = await load('http://127.0.0.1:1/', { ratePerSecond: 10, requestsMax: 1 })
     export const dropped: number = summary.dropped + (summary.outcomes['connect-refused'] ?? 0)`,
  )
  const compile = () => run(join(ROOT, 'node_modules/.bin/tsc'), ['-p', directory])
  await compile()
  writeFileSync(join(directory, 'wrong.ts'), `import { load } from 'hitless/load'\nvoid load(1)`)
  await expect(compile()).rejects.toMatchObject({
    stdout: expect.stringContaining('wrong.ts(2,11)'),
  })
})
