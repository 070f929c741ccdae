import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { liveHttpCallers } from '../../src/world/live/http-caller.ts'
import { until } from '../support/until.ts'
import {
  getPod,
  killHitless,
  onBench,
  podOf,
  programsWith,
  shell,
  statusOf,
  untilReady,
  type Cluster,
} from './adoption-bench.ts'

const MIB = 1_048_576

const waitFor = (name: string) => `while [ ! -e ${name} ]; do sleep 0.05; done`

/** As `kubectl logs` gets it. */
async function logOf(
  { url: baseUrl, authority, token }: Cluster,
  pod: string,
  query = '',
): Promise<string> {
  const caller = liveHttpCallers().open({ baseUrl, authority })
  onTestFinished(() => caller.close())
  const { status, body } = await caller.call({
    method: 'GET',
    target: `/api/v1/namespaces/default/pods/${pod}/log${query}`,
    headers: { authorization: `Bearer ${token}` },
    timeoutMs: 20_000,
    bodyBytesMax: 64 * MIB,
  })
  expect(status, body).toBe(200)
  return body
}

test('a log whose files were rotated goes on in them, and stays of bounded size', async () => {
  await onBench(async (bench) => {
    const first = await bench.start()
    // Of two streams nobody can tell which line was first: what comes last is on the same.
    const write = 'seq -f "line %.0f $x" $1 $2; echo written'
    // In the file a line has about 1,050 bytes: of 10 MiB, these are 2.5 files, and 5.5; the end is not where one begins.
    const script = `x=$(printf "%01000d" 0); set -- 1 25000; ${write}
while [ ! -e go ]; do sleep 0.05; done; set -- 25001 55000; ${write}; sleep 600`
    await first.client.create('Pod', podOf('writer', { containers: [shell('app', script)] }))
    await untilReady(first.client, 'writer')
    await until('it has written', async () =>
      (await logOf(first, 'writer', '?tailLines=1')).startsWith('written'),
    )
    const files = () => {
      const logs = join(bench.data, 'logs')
      const names = readdirSync(logs, { recursive: true }).map((name) => join(logs, String(name)))
      return names.filter((name) => /\.log(\.\d+)?$/.test(name))
    }
    const before = files()
    expect(before).toHaveLength(3)
    await killHitless(bench.data)

    const next = await bench.start()
    expect(files()).toEqual(before)
    writeFileSync(join(bench.source, 'go'), '')
    const end = async () => logOf(next, 'writer', '?tailLines=2')
    await until('it has written all', async () => (await end()).startsWith('line 55000 '))
    expect(files()).toHaveLength(5)
    for (const name of files()) expect(statSync(name).size).toBeLessThan(11 * MIB)
    // As the kubelet, what is in the newest file.
    const numbers = (await logOf(next, 'writer'))
      .split('\n')
      .filter((line) => line.startsWith('line '))
      .map((line) => Number(line.split(' ')[1]))
    expect(numbers).toEqual(numbers.map((_, index) => 55_001 - numbers.length + index))
    await next.stop()
  })
})

test('a line that is half written when hitless is killed is whole afterwards, and so is the log of the run before', async () => {
  await onBench(async (bench) => {
    const first = await bench.start()
    const script = `[ ! -e ended ] || { echo anew; sleep 600; }
echo begun; printf half; printf other >&2; touch printed
${waitFor('go')}; echo ' and half'; echo ' half' >&2; ${waitFor('end')}
seq 1 1000; touch ended; printf end; exit 3`
    await first.client.create('Pod', podOf('writer', { containers: [shell('app', script)] }))
    await untilReady(first.client, 'writer')
    const isThere = (name: string) => readdirSync(bench.source).includes(name)
    await until('it has printed', async () => isThere('printed'))
    await until('it is there', async () => (await logOf(first, 'writer')) === 'begun\n')
    await killHitless(bench.data)
    writeFileSync(join(bench.source, 'go'), '')

    const second = await bench.start()
    await until('it goes on', async () => (await logOf(second, 'writer')).includes('and half'))
    const lines = (await logOf(second, 'writer')).split('\n')
    expect(lines.toSorted()).toEqual(['', 'begun', 'half and half', 'other half'])
    await killHitless(bench.data)
    writeFileSync(join(bench.source, 'end'), '')
    await until('it has ended', async () => isThere('ended') && programsWith(script).length === 0)

    const third = await bench.start()
    await until('it runs again', async () => {
      const status = statusOf(await getPod(third.client, 'writer'), 'app')
      return status?.restartCount === 1
    })
    const previous = await logOf(third, 'writer', '?previous=true')
    const numbers = Array.from({ length: 1_000 }, (_, index) => String(index + 1))
    expect(previous.split('\n').slice(3)).toEqual([...numbers, 'end', ''])
    await until('it prints', async () => (await logOf(third, 'writer')) === 'anew\n')
    await third.stop()
  })
})
