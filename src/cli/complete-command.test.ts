import { Command } from 'commander'
import { expect, test } from 'vitest'
import { wantsFile } from './complete-command.ts'
import { addJudgeCommand } from './judge-command.ts'
import { addNodeCommand } from './node-command.ts'
import { addTestCommand } from './test-command.ts'
import { addUpCommand } from './up-command.ts'

function program(): Command {
  const all = new Command('hitless')
  addTestCommand(all, '0.0.0')
  addJudgeCommand(all)
  addUpCommand(all, '0.0.0')
  addNodeCommand(all, '0.0.0')
  return all
}

test.each([
  [true, ['up', '-f', '']],
  [true, ['up', '--filename', 'ex']],
  [true, ['up', '--data=']],
  [true, ['test', '']],
  [true, ['test', 'examples/']],
  [true, ['test', '--rate', '5/s', '--no-color', 'ex']],
  [true, ['test', '--json=re']],
  [true, ['judge', '']],
  [true, ['node', '--kubeconfig', '']],
  [false, ['']],
  [false, ['te']],
  [false, ['nonsense', '']],
  [false, ['test', '--']],
  [false, ['test', '--runtime', '']],
  [false, ['test', '--path', '']],
  [false, ['test', '--path=']],
  [false, ['test', '--rate', '']],
  [false, ['test', 'k8s', '']],
  [false, ['up', '']],
])('%j: whether %j wants a file', (wanted, words) => {
  expect(wantsFile(program(), words)).toBe(wanted)
})
