import { spawnSync } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { expect, test } from 'vitest'
import { handOver } from './inherited-descriptors.ts'

const MODULE = new URL('inherited-descriptors.ts', import.meta.url).href
const CLOSE_AND_LIST = `import { spawnSync } from 'node:child_process'
import { closeInherited } from ${JSON.stringify(MODULE)}
closeInherited(process.argv)
spawnSync('ls', ['/proc/self/fd'], { stdio: ['ignore', 'inherit', 'inherit'] })`

/** The descriptors from 16 on (below them Node looks itself) of a program that a process which had 20 and 21 open starts. */
function inheritedWith(args: readonly string[]): readonly number[] {
  const file = openSync('/dev/null', 'r')
  const gap = Array.from({ length: 17 }, () => 'ignore' as const)
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', CLOSE_AND_LIST, '--', ...args],
    { stdio: ['ignore', 'pipe', 'pipe', ...gap, file, file], encoding: 'utf8' },
  )
  closeSync(file)
  if (stdout === '') throw new Error(stderr)
  return stdout
    .split('\n')
    .map(Number)
    .filter((descriptor) => descriptor > 15)
}

test('no program inherits a file that the shell had open, but one that the command line names', () => {
  expect(inheritedWith([])).toEqual([])
  expect(inheritedWith(['up', '-f', '/dev/fd/21'])).toEqual([21])
  expect(inheritedWith(['load', '--data=@/proc/self/fd/20'])).toEqual([20])
  expect(inheritedWith(['a:/dev/fd/20:/dev/fd/21'])).toEqual([20, 21])
  expect(inheritedWith(['--data', '/srv/fd/20'])).toEqual([])
})

test('what the command line names goes to a child under numbers of its own', () => {
  const [one, two] = [openSync('/dev/null', 'r'), openSync('/dev/null', 'r')]
  const args = ['up', '-f', `/dev/fd/${two}`, `--json=/proc/self/fd/${one}`, `/dev/fd/${two}`]
  expect(handOver([...args, '/dev/fd/9999', '7'], 7)).toEqual({
    args: ['up', '-f', '/dev/fd/7', '--json=/proc/self/fd/8', '/dev/fd/7', '/dev/fd/9999', '7'],
    descriptors: [two, one],
  })
  closeSync(one)
  closeSync(two)
})

test.each(['/srv/fd/0/data', '/srv/dev/fd/0', '/proc/4242/fd/0', 'http://shop/fd/0', '/dev/fd/0x'])(
  '%s names no descriptor of this process',
  (arg) => expect(handOver(['--data', arg], 7)).toEqual({ args: ['--data', arg], descriptors: [] }),
)
