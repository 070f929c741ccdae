import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { startUp } from '../support/running-up.ts'
import { until } from '../support/until.ts'
import {
  clientOf,
  getPod,
  holderOf,
  killHitless,
  onBench,
  podOf,
  programsWith,
  shell,
  statusOf,
  untilReady,
  type Bench,
} from './adoption-bench.ts'

const MAIN = new URL('../../dist/cli/main.js', import.meta.url).pathname

/** `hitless node` once it is ready. */
async function joinWith(
  { source, data }: Bench,
  kubeconfig: string,
  options: readonly string[] = [],
) {
  const args = [MAIN, 'node', source, '--kubeconfig', kubeconfig, '--name', 'kept', '--data', data]
  const child = spawn(process.execPath, [...args, ...options], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let told = ''
  child.stderr.on('data', (bytes: Buffer) => (told += bytes.toString()))
  onTestFinished(() => void child.kill('SIGKILL'))
  await until('the node is ready', async () => {
    if (child.exitCode !== null) throw new Error(`hitless node ended:\n${told}`)
    return /^ready /m.test(told)
  })
  return {
    told: () => told,
    async leave() {
      child.kill('SIGINT')
      const [code] = await once(child, 'close')
      return Number(code)
    },
  }
}

test('the pods of a node that is killed go on, those deleted meanwhile end when it comes back', async () => {
  await onBench(async (bench) => {
    const up = await startUp()
    onTestFinished(() => up.stop())
    const client = clientOf(up)
    const first = await joinWith(bench, up.kubeconfig)
    expect(first.told()).toContain(`logs     ${bench.data}/logs, kept with their pods\n`)
    for (const name of ['stays', 'goes']) {
      const containers = [shell('app', `: node-${name}-; sleep 600`)]
      await client.create('Pod', podOf(name, { nodeName: 'kept', containers }))
      await untilReady(client, name)
    }
    const stays = programsWith(': node-stays-;')
    expect(stays).toHaveLength(1)
    await killHitless(bench.data)
    const target = { namespace: 'default', name: 'goes' }
    await client.delete('Pod', target, { gracePeriodSeconds: 0 })
    expect(programsWith(': node-goes-;')).toHaveLength(1)

    const next = await joinWith(bench, up.kubeconfig)
    // It knows itself again and waits for no lease to end.
    expect(next.told()).not.toContain('was alive')
    await until('the orphan has ended', async () => programsWith(': node-goes-;').length === 0)
    expect(programsWith(': node-stays-;')).toEqual(stays)
    const status = statusOf(await getPod(client, 'stays'), 'app')
    expect(status).toMatchObject({ restartCount: 0, ready: true })
    expect(await next.leave()).toBe(0)
    expect(programsWith(': node-stays-;')).toEqual([])
  })
})

test('a node that comes back without the sandbox ends what it had there, and runs its pods anew', async () => {
  await onBench(async (bench) => {
    const up = await startUp()
    onTestFinished(() => up.stop())
    const client = clientOf(up)
    await joinWith(bench, up.kubeconfig)
    const containers = [shell('app', ': node-moves-; sleep 600')]
    await client.create('Pod', podOf('moves', { nodeName: 'kept', containers }))
    await untilReady(client, 'moves')
    const before = programsWith(': node-moves-;')
    const plain = ['--runtime', 'loopback']
    await expect(joinWith(bench, up.kubeconfig, plain)).rejects.toThrow(
      / is in use by process \d+ since /,
    )
    expect(programsWith(': node-moves-;')).toEqual(before)
    await killHitless(bench.data)

    const next = await joinWith(bench, up.kubeconfig, plain)
    expect(holderOf(bench.data)).toBeUndefined()
    await until('it runs anew', async () => programsWith(': node-moves-;').length === 1)
    expect(programsWith(': node-moves-;')).not.toEqual(before)
    expect(await next.leave()).toBe(0)
  })
})
