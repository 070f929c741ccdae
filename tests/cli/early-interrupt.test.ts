import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

/** `hitless up` before its manifests: nobody writes to the pipe that they are to come from. */
function startWaiting() {
  const directory = mkdtempSync(join(tmpdir(), 'early-'))
  const pipe = join(directory, 'pipe')
  execFileSync('mkfifo', [pipe])
  const child = spawn(process.execPath, [MAIN, 'up', '--no-node', '-f', pipe], {
    env: { ...process.env, TMPDIR: directory },
    stdio: 'ignore',
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
    rmSync(directory, { recursive: true })
  })
  return { directory, child, exit: once(child, 'exit') }
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s before the manifests are read ends `hitless up` with 0, and nothing is left',
  { timeout: 60_000 },
  async (signal) => {
    const { directory, child, exit } = startWaiting()
    // From the moment on that it has made something to remove.
    await expect.poll(() => readdirSync(directory).length, { timeout: 20_000 }).toBe(2)
    child.kill(signal)
    expect(await exit).toEqual([0, null])
    expect(readdirSync(directory)).toEqual(['pipe'])
  },
)
