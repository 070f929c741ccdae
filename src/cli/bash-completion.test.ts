import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { bashCompletion } from './bash-completion.ts'

/** A shell without any package, in which `ask` prints what it is asked and answers as the row says. */
const SHELL = `
set -u
exec 3>&1
ask() { { printf '<%s>' "\${@:3}"; echo; } >&3; printf '%b' "$ANSWER"; }
${bashCompletion('ask')}
COMP_WORDS=(ask "$@") COMP_CWORD=$#
__ask_complete ask
printf '%s\\n' "\${COMPREPLY[@]+"\${COMPREPLY[@]}"}"`

test.each([
  ['a word', ['te'], 'test\\tproves\\ntrace\\t\\n:4\\n', '<te>', 'test'],
  ['an empty word', ['up', ''], 'a\\tx\\nb\\t\\n:4\\n', '<up><>', 'a b'],
  ['a value behind =', ['--path', '=', 'ku'], 'kube\\t\\n:4\\n', '<--path=ku>', 'kube'],
  ['nothing behind =', ['--path', '='], 'none\\t\\nkube\\t\\n:4\\n', '<--path=>', 'none kube'],
  [
    'after an image',
    ['--set-image', 'a', '=', 'b', ':', '1', ''],
    ':4\\n',
    '<--set-image><a=b:1><>',
    '',
  ],
  ['files by itself', ['-f', ''], ':0\\n', '<-f><>', ''],
  ['no error', ['up', ''], '', '<up><>', ''],
])('bash completes %s', (_, words, answer, asked, offered) => {
  const printed = execFileSync('bash', ['--norc', '-c', SHELL, 'bash', ...words], {
    encoding: 'utf8',
    env: { ...process.env, ANSWER: answer },
  })
  const [first, ...candidates] = printed.trimEnd().split('\n')
  expect([first, candidates.join(' ')]).toEqual([asked, offered])
})
