import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { expect, test } from 'vitest'
import { type RuntimeSuite, shell } from './runtime-bench.ts'

/** What a program finds around it, what is kept of its output, and what is left of it afterwards. */
export function describeRuntimeEnvironment({ bench, has, isAlone, rounds }: RuntimeSuite): void {
  test.skipIf(has('exact-environment'))(
    'the environment is what the spec says, and PATH',
    async () => {
      const env = { PLAIN: '1', 'spring.name': "o'clock", EMPTY: '', pid: 'mine', PWD: '/else' }
      const { output } = await bench().run(['env'], { env })
      const lines = output.split('\n').filter((line) => line !== '' && !line.startsWith('PATH=/'))
      expect(lines.sort()).toEqual([
        'EMPTY=',
        'PLAIN=1',
        'PWD=/else',
        'pid=mine',
        "spring.name=o'clock",
      ])
      expect((await bench().run(['/usr/bin/env'], { env: { PATH: '/x' } })).output).toBe(
        'PATH=/x\n',
      )
    },
  )

  test('it may be as large as Linux takes it: a megabyte, and more than one argument holds', async () => {
    const value = `o'${'😀'.repeat(25_000)}`
    const env = Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`V${at}`, value]))
    const { output } = await bench().run(shell('printf %s "$V0$V9" | wc -c'), { env })
    expect(Number(output)).toBe(2 * new TextEncoder().encode(value).length)
  })

  const apart = test.skipIf(has('process-namespaces'))
  apart(
    'directory, host name, arguments, signals and descriptors are as in a container',
    async () => {
      const script = `pwd; hostname; echo "$$ $1"; 
      # Read by the shell itself: it blocks signals while it starts a child such as grep.
      while read -r line; do case $line in SigBlk*|SigIgn*) echo "$line" ;; esac; done </proc/1/status
      for number in 3 4 5 6 7 8 9; do [ ! -e /proc/1/fd/$number ] || echo "open $number"; done`
      const command = ['/bin/sh', '-c', script, 'name', 'an  argument; $(with) "quotes\'']
      const { output } = await bench().run(command, { workingDir: '/usr/bin' })
      expect(output.split('\n')).toEqual([
        '/usr/bin',
        'web-1',
        '1 an  argument; $(with) "quotes\'',
        'SigBlk:\t0000000000000000',
        'SigIgn:\t0000000000000000',
        '',
      ])
    },
  )

  test('the log has every line when the exit is told, in the CRI format', async () => {
    const { exit, log, output } = await bench().run(shell('seq 1000; echo bad >&2; printf last'))
    const lines = log.split('\n')
    expect(lines).toHaveLength(1_003)
    const ordered = has('stream-order') ? lines.filter((line) => !line.includes(' stderr ')) : lines
    expect(ordered[0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z stdout F 1$/)
    expect(lines.filter((line) => line.includes(' stderr F bad'))).toHaveLength(1)
    expect(output).toContain('\n1000\n')
    expect(ordered.at(-2)).toMatch(/ stdout F last$/)
    expect(exit.lastOutput).toContain('last')
    expect(exit.lastOutput.length).toBeLessThanOrEqual(2_048)
  })

  test('a program may open its output by name', async () => {
    const itself = has('process-namespaces') ? '/dev/stdout' : '/proc/1/fd/1'
    const { log } = await bench().run(shell(`echo one >/dev/stderr; echo two >${itself}`))
    expect(log).toMatch(/ stderr F one$/m)
    expect(log).toMatch(/ stdout F two$/m)
  })

  test('a long line is split, its parts marked', async () => {
    const { log } = await bench().run(shell('head -c 40000 /dev/zero | tr "\\0" x; echo'))
    const tags = log
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ')[2])
    expect(tags).toEqual(['P', 'P', 'F'])
  })

  // Not about time: a busy machine may need a minute.
  test('many pods come and go and leave nothing behind', { timeout: 120_000 }, async () => {
    const env = { COUNTED_BY: randomUUID() }
    const mark = isAlone ? undefined : env.COUNTED_BY
    await bench().run(['true'], { env })
    const before = await settledCounts(mark)
    for (let round = 0; round < rounds; round++) await bench().run(['true'], { env })
    const { descriptors, ...others } = await settledCounts(mark)
    expect(others).toEqual({
      processes: before.processes,
      cables: before.cables,
      namespaces: before.namespaces,
    })
    // Connections of earlier tests may still have been open before.
    expect(descriptors).toBeLessThanOrEqual(before.descriptors)
  })
}

/** The kernel removes a namespace and its cable a moment after its last process; waits for that. */
async function settledCounts(mark: string | undefined) {
  let counts = currentCounts(mark)
  for (let tries = 0; tries < 100; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    const next = currentCounts(mark)
    if (JSON.stringify(next) === JSON.stringify(counts) && tries > 5) break
    counts = next
  }
  return counts
}

/** `mark`: where the processes of others come and go, what those to be counted have in their environment. */
function currentCounts(mark: string | undefined) {
  const isAlone = mark === undefined
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return {
    processes: processes.filter((id) => mark === undefined || isMarked(id, mark)).length,
    descriptors: readdirSync('/proc/self/fd').length,
    cables: isAlone
      ? Object.keys(networkInterfaces()).filter((name) => name.startsWith('veth')).length
      : 0,
    namespaces: isAlone && existsSync('/run/netns') ? readdirSync('/run/netns').length : 0,
  }
}

function isMarked(processId: string, mark: string): boolean {
  try {
    return readFileSync(`/proc/${processId}/environ`, 'utf8').includes(mark)
  } catch {
    return false
  }
}
