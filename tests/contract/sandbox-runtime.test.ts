import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { startSandboxRuntime } from '../../src/runtime/sandbox-runtime.ts'
import { enterSandboxCommand } from '../../src/runtime/sandbox-support.ts'
import { liveWorld } from '../../src/world/live/world.ts'
import { describeRuntime } from './runtime-contract.ts'

/**
 * This file runs twice over: outside it starts vitest on itself inside namespaces, as root where it is
 * root and as an ordinary user; inside, it is the suite.
 */
const INSIDE = 'HITLESS_TEST_INSIDE_SANDBOX'

if (process.env[INSIDE] === undefined) {
  describe('the sandbox runtime keeps the runtime contract', () => {
    const asNobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']
    const users =
      process.getuid?.() === 0
        ? [
            { user: 'root', prefix: [] },
            { user: 'an ordinary user', prefix: asNobody },
          ]
        : [{ user: 'an ordinary user', prefix: [] }]

    test.each(users)('as $user', { timeout: 180_000 }, async ({ prefix }) => {
      const root = fileURLToPath(new URL('../..', import.meta.url))
      // Vitest keeps a file in the home directory, which must be the user's own.
      const home = mkdtempSync(join(tmpdir(), 'hitless-home-'))
      chmodSync(home, 0o777)
      const vitest = [
        process.execPath,
        `${root}node_modules/vitest/vitest.mjs`,
        'run',
        fileURLToPath(import.meta.url),
        '--configLoader=native',
        '--no-cache',
      ]
      const result = await liveWorld().processes.run([...prefix, ...enterSandboxCommand(vitest)], {
        timeoutMs: 170_000,
        workingDir: root,
        env: { PATH: process.env['PATH'] ?? '', NO_COLOR: '1', HOME: home, [INSIDE]: '1' },
      })
      rmSync(home, { recursive: true })
      expect(result.exitCode, `${result.stdout}${result.stderr}`).toBe(0)
      expect(result.stdout).toMatch(/Tests {2}\d\d passed/)
    })
  })
} else {
  const { processes, files, clock } = liveWorld()
  describeRuntime('sandbox', () =>
    startSandboxRuntime({ processes, files, clock, images: () => undefined }),
  )
}
