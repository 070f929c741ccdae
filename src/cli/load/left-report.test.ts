import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))

test('a second Ctrl-C does not wait for answers, and prints what was done', async () => {
  const server = createServer((_, response) => {
    // Every other one is never answered.
    if (++asked % 2 === 0) response.end('ok')
  })
  let asked = 0
  server.listen(0, '127.0.0.1')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  await once(server, 'listening')
  const address = server.address()
  const url = typeof address === 'object' ? `http://127.0.0.1:${address?.port}/` : ''
  const args = ['--no-warnings', MAIN, 'load', url, '--rate', '50/s', '--timeout', '10m']
  const load = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  let interrupting: NodeJS.Timeout | undefined
  load.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  server.on('request', () => {
    // Two that come at once are one to a process: there is another one until it ends.
    if (asked === 20) interrupting = setInterval(() => load.kill('SIGINT'), 200)
  })
  const [exitCode]: unknown[] = await once(load, 'close')
  clearInterval(interrupting)
  expect(exitCode).toBe(130)
  expect(output).toMatch(/^INCONCLUSIVE {2}0 of \d+ requests dropped/m)
  expect(output).toMatch(/^Impeded {7}It was left at a second Ctrl-C/m)
}, 60_000)
