import { Command } from 'commander'
import { expect, test } from 'vitest'
import { addTestCommand } from './test-command.ts'

test('the flags that are read as lists take several values', () => {
  const program = new Command()
  addTestCommand(program, '0.0.0')
  const [command] = program.commands
  const lists = command?.options.filter(({ variadic }) => variadic).map(({ long }) => long)
  expect(lists).toEqual(['--set-image', '--request'])
})
