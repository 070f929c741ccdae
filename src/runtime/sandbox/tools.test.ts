import { expect, test } from 'vitest'
import { liveProcesses } from '../../world/live/processes.ts'
import { FIND_TOOLS_SCRIPT, parseTools } from './tools.ts'

async function find(path: string) {
  const { stdout } = await liveProcesses().run(['/bin/sh', '-c', FIND_TOOLS_SCRIPT], {
    timeoutMs: 10_000,
    env: { PATH: path },
  })
  return parseTools(stdout)
}

test('tools are found by absolute path', async () => {
  const found = await find('/usr/sbin:/usr/bin:/sbin:/bin')
  expect('tools' in found ? found.tools.ip : undefined).toMatch(/^\/.*\/ip$/)
})

test('missing tools are named', async () => {
  const found = await find('/nowhere')
  expect('missing' in found ? found.missing : []).toContain('nsenter')
})
