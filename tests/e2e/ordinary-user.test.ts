import { chmod } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { NO_TRACES, newTraces, takeTraces } from './leftovers.ts'
import { inTemporaryDirectory, runHitless } from './run-hitless.ts'
import { writeSample } from './sample.ts'

/** Without any right that root has; where the tests do not run as root, they are that user already. */
const AS_NOBODY =
  process.getuid?.() === 0
    ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--no-new-privs']
    : []

test('an ordinary user proves a rollout without root', async () => {
  const before = await takeTraces()
  await inTemporaryDirectory(async (directory) => {
    await writeSample(directory)
    await chmod(directory, 0o777)
    const run = await runHitless(['test', '.'], { cwd: directory, prefix: AS_NOBODY })
    expect(run.stdout, run.stderr).toMatch(/^PROVEN {2}0 of /m)
    expect(run.stdout).toContain('rootless')
    expect(run.exitCode).toBe(0)
  })
  expect(await newTraces(before)).toEqual(NO_TRACES)
})
