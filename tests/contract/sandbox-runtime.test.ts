import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { startSandboxRuntime } from '../../src/runtime/sandbox-runtime.ts'
import { enterSandboxCommand } from '../../src/runtime/sandbox-support.ts'
import { liveWorld } from '../../src/world/live/world.ts'
import { describeContainers } from './container-contract.ts'
import { describeRuntime } from './runtime-contract.ts'

/**
 * This file runs twice over: outside it starts vitest on itself inside namespaces, as root where it is
 * root and as an ordinary user; inside, it is one of the suites.
 */
const SUITES = ['the runtime', 'its containers']
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

    const runs = users.flatMap((user) => SUITES.map((suite) => ({ ...user, suite })))
    test.each(runs)('$suite, as $user', { timeout: 240_000 }, async ({ prefix, suite }) => {
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
        timeoutMs: 230_000,
        workingDir: root,
        env: { PATH: process.env['PATH'] ?? '', NO_COLOR: '1', HOME: home, [INSIDE]: suite },
      })
      rmSync(home, { recursive: true })
      expect(result.exitCode, `${result.stdout}${result.stderr}`).toBe(0)
      expect(result.stdout).toMatch(/Tests {2}\d\d passed/)
    })
  })
} else {
  const { processes, files, clock } = liveWorld()
  const doors = { processes, files, clock, images: () => undefined }
  if (process.env[INSIDE] === SUITES[0]) {
    describeRuntime('sandbox', () => startSandboxRuntime(doors))
  } else {
    describeContainers('sandbox', (onWarning) => startSandboxRuntime({ ...doors, onWarning }))
  }
}
