import { expect, test } from 'vitest'
import { runHitless } from './run-hitless.ts'

test.each([
  ['commands', ['te'], /^test\t.+$/m],
  ['flags', ['test', '--ra'], /^--rate\t.+$/m],
])('completion offers %s, one a line', async (_, words, offered) => {
  const { exitCode, stdout } = await runHitless(['complete', '--', ...words])
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(offered)
  // The last line tells the shell what to do with them.
  expect(stdout.trim().split('\n')).toHaveLength(2)
})

test('a completion script is printed for each shell, and another shell is refused', async () => {
  for (const shell of ['bash', 'zsh', 'fish', 'powershell']) {
    const { exitCode, stdout } = await runHitless(['complete', shell])
    expect(exitCode).toBe(0)
    expect(stdout).toContain('hitless')
  }
  expect((await runHitless(['complete', 'tcsh'])).exitCode).toBe(2)
})
