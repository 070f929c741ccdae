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

test.each([
  ['files', ['up', '-f', ''], ':0'],
  ['runtimes', ['up', '--runtime', 'do'], 'docker\t\n:4'],
  ['profiles', ['test', '--path', ''], 'none\t\nkube-proxy\t\n:4'],
  ['shells', ['complete', 'b'], 'bash\t\n:4'],
])('completion offers %s where they are wanted', async (_, words, offered) => {
  const { exitCode, stdout } = await runHitless(['complete', '--', ...words])
  expect([exitCode, stdout.trim()]).toEqual([0, offered])
})

test('a completion script is printed for each shell, and another shell is refused', async () => {
  for (const shell of ['bash', 'zsh', 'fish', 'powershell']) {
    const { exitCode, stdout } = await runHitless(['complete', shell])
    expect(exitCode).toBe(0)
    expect(stdout).toContain('hitless')
  }
  for (const words of [['tcsh'], []]) {
    const { exitCode, stderr } = await runHitless(['complete', ...words])
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('bash, zsh, fish, powershell')])
  }
})

test.each([[['nonsense']], [['help', 'nonsense']]])(
  '%j is told with a way to the help',
  async (words) => {
    const { exitCode, stderr } = await runHitless(words)
    expect(exitCode).toBe(2)
    expect(stderr).toBe(
      "error: unknown command 'nonsense'\nRun hitless --help, or hitless COMMAND --help, for what there is.\n",
    )
  },
)
