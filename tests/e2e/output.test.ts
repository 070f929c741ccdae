import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { inTemporaryDirectory } from './run-hitless.ts'
import { writeSample } from './sample.ts'

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

interface Ended {
  readonly exitCode: number | null
  readonly stderr: string
}

/** Runs hitless for a reader that goes away after the first thing it has read, as `head -1` does. */
function runForHastyReader(cwd: string): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [MAIN, 'test'], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stderr = ''
    child.stdout.once('data', () => child.stdout.destroy())
    child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()))
    child.on('close', (exitCode) => resolve({ exitCode, stderr }))
  })
}

test('a reader that goes away changes neither the verdict nor the exit code', async () => {
  await inTemporaryDirectory(async (directory) => {
    await writeSample(directory)
    const { exitCode, stderr } = await runForHastyReader(directory)
    expect(stderr).not.toMatch(/EPIPE/)
    expect(stderr).toMatch(/^stop: /m)
    expect(exitCode, stderr).toBe(0)
  })
})
