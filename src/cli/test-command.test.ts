import { Command } from 'commander'
import { expect, test } from 'vitest'
import { addTestCommand } from './test-command.ts'

/** What commander makes of the words after `hitless test`, without running it. */
async function parsed(words: readonly string[]) {
  const program = new Command().exitOverride()
  addTestCommand(program, '0.0.0')
  const [command] = program.commands
  let seen: { path: unknown; flags: object } | undefined
  command?.action((path: unknown, flags: object) => {
    seen = { path, flags }
  })
  await program.parseAsync(['test', ...words], { from: 'user' })
  return seen
}

test('a flag that may be repeated collects its values and leaves the path alone', async () => {
  const words = ['--request', 'GET /a', '--request', 'POST /b', '--set-image', 'a=b:c', 'k8s/']
  expect(await parsed(words)).toEqual({
    path: 'k8s/',
    flags: { request: ['GET /a', 'POST /b'], setImage: ['a=b:c'], color: true },
  })
})

test('without flags nothing is set', async () => {
  expect(await parsed([])).toEqual({ path: '.', flags: { color: true } })
})
