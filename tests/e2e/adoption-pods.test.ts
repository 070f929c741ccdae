import { writeFileSync } from 'node:fs'
import { rm as remove } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Pod } from '../../src/api/pod.ts'
import { until } from '../support/until.ts'
import {
  getPod,
  isReady,
  killHitless,
  onBench,
  podOf,
  programsWith,
  read,
  shell,
  statusOf,
  untilReady,
} from './adoption-bench.ts'

/** Until it is killed; a shell that is process 1 takes no signal that it does not listen to. */
const FOR_EVER = 'trap "exit 0" TERM; while :; do sleep 0.1; done'

test('init containers and sidecars go on where they were, and none runs twice', async () => {
  await onBench(async (bench) => {
    const path = (name: string) => join(bench.source, name)
    const ran = (unique: string) =>
      read(path('ran'))
        .split('\n')
        .filter((line) => line.startsWith(unique))
    const first = await bench.start()
    for (const name of ['met', 'missed']) {
      const spec = { initContainers: init(name), containers: app(name) }
      await first.client.create('Pod', podOf(name, spec))
      await until('the second runs', async () => ran(name).length === 3)
    }
    await until('they are shown', async () =>
      [await getPod(first.client, 'met'), await getPod(first.client, 'missed')].every(
        (pod) => statusOf(pod, 'second')?.state.running !== undefined,
      ),
    )
    await killHitless(bench.data)
    // It ends while nobody looks, the other one's when somebody does again.
    writeFileSync(path('missed-go'), '')

    const next = await bench.start()
    await untilReady(next.client, 'missed')
    expect(statusOf(await getPod(next.client, 'met'), 'second')?.state.running).toBeDefined()
    writeFileSync(path('met-go'), '')
    for (const name of ['met', 'missed']) {
      const pod = await untilReady(next.client, name)
      expect(ran(name)).toEqual(
        ['first', 'sidecar', 'second', 'app'].map((container) => `${name}-${container}`),
      )
      expect(restartsOf(pod)).toEqual([0, 0, 0, 0])
      expect(statusOf(pod, 'second')?.state.terminated).toMatchObject({ exitCode: 0 })
      await next.client.delete('Pod', pod.metadata)
    }
    await until('they are gone', async () => (await next.client.list('Pod')).items.length === 0)
    await next.stop()
  })
})

test('a pod whose containers share their processes goes on, and ends whole', async () => {
  await onBench(async (bench) => {
    const first = await bench.start()
    const see = 'for process in /proc/[0-9]*; do cat $process/cmdline; done >seen'
    const spec = {
      shareProcessNamespace: true,
      containers: [shell('one', `: shared-one; ${FOR_EVER}`), shell('two', `${see}; ${FOR_EVER}`)],
    }
    await first.client.create('Pod', podOf('shared', spec))
    await untilReady(first.client, 'shared')
    const ones = programsWith(': shared-one;')
    await killHitless(bench.data)

    const next = await bench.start()
    const pod = await untilReady(next.client, 'shared')
    expect(restartsOf(pod)).toEqual([0, 0])
    expect(programsWith(': shared-one;')).toEqual(ones)
    expect(read(join(bench.source, 'seen'))).toContain('shared-one')
    await next.client.delete('Pod', pod.metadata)
    await until('it is gone', async () => (await next.client.list('Pod')).items.length === 0)
    expect(programsWith(': shared-one;')).toEqual([])
    await next.stop()
  })
})

test('a container that needed too much memory while nobody looked is OOMKilled', async () => {
  await onBench(async (bench) => {
    const first = await bench.start()
    const eat = 'while [ ! -e eat ]; do sleep 0.05; done; x=0123456789; while :; do x=$x$x; done'
    const limits = { resources: { limits: { memory: '32Mi' } } }
    const spec = { restartPolicy: 'Never', containers: [shell('app', eat, limits)] } as const
    await first.client.create('Pod', podOf('eater', spec))
    await untilReady(first.client, 'eater')
    // Where no cgroup can be made, nothing ends it.
    if (first.stderr().includes('limits are not enforced')) return first.stop()
    const [program = 0] = programsWith(eat)
    await killHitless(bench.data)
    writeFileSync(join(bench.source, 'eat'), '')
    await until('it has ended', async () => programsWith(eat).length === 0)
    expect(program).not.toBe(0)

    const next = await bench.start()
    await until('it is seen', async () => {
      const { status } = await getPod(next.client, 'eater')
      return status?.phase === 'Failed'
    })
    const end = statusOf(await getPod(next.client, 'eater'), 'app')?.state.terminated
    expect(end).toMatchObject({ exitCode: 137, reason: 'OOMKilled' })
    await next.stop()
  })
})

test('each of several nodes takes its own pods; one deleted while nobody looked is ended', async () => {
  await onBench(async (bench) => {
    const first = await bench.start(['--nodes', '3'])
    const nodes = ['hitless', 'hitless-2', 'hitless-3']
    for (const nodeName of nodes) {
      const containers = [shell('app', `: pod-of-${nodeName}-; ${FOR_EVER}`)]
      await first.client.create('Pod', podOf(`on-${nodeName}`, { nodeName, containers }))
    }
    for (const nodeName of nodes) await untilReady(first.client, `on-${nodeName}`)
    const before = nodes.map(programsOf)
    await killHitless(bench.data)

    // A cluster without nodes of its own would end them all.
    const next = await bench.start(['--nodes', '2'])
    const { items } = await next.client.list('Pod')
    expect(items.map(({ metadata }) => metadata.name).sort()).toEqual([
      'on-hitless',
      'on-hitless-2',
    ])
    await until('the orphan has ended', async () => programsOf('hitless-3').length === 0)
    for (const nodeName of nodes.slice(0, 2)) {
      expect(restartsOf(await untilReady(next.client, `on-${nodeName}`))).toEqual([0])
    }
    expect(nodes.map(programsOf)).toEqual([before[0], before[1], []])
    await next.stop()
  })
})

test('probes go on: a startup probe that has passed is over, a liveness probe ends what fails', async () => {
  await onBench(async (bench) => {
    const first = await bench.start()
    const script = `${FOR_EVER} # probed`
    const spec = {
      containers: [
        shell('app', script, {
          startupProbe: { ...exec('[ ! -e no-start ]'), periodSeconds: 1, failureThreshold: 1 },
          livenessProbe: { ...exec('[ ! -e not-alive ]'), periodSeconds: 1, failureThreshold: 1 },
          readinessProbe: { ...exec('[ ! -e not-ready ]'), periodSeconds: 1, failureThreshold: 1 },
        }),
      ],
    }
    await first.client.create('Pod', podOf('probed', spec))
    const { status: before } = await untilReady(first.client, 'probed')
    await killHitless(bench.data)
    writeFileSync(join(bench.source, 'no-start'), '')
    writeFileSync(join(bench.source, 'not-ready'), '')

    const next = await bench.start()
    const probed = () => getPod(next.client, 'probed')
    await until('it is not ready', async () => !isReady(await probed()))
    expect(restartsOf(await probed())).toEqual([0])
    expect(statusOf(await probed(), 'app')).toMatchObject({ started: true })
    expect((await probed()).status?.startTime).toBe(before?.startTime)
    for (const file of ['no-start', 'not-ready']) await remove(join(bench.source, file))
    writeFileSync(join(bench.source, 'not-alive'), '')
    await until('it is killed', async () => restartsOf(await probed())[0] === 1)
    await remove(join(bench.source, 'not-alive'))
    await untilReady(next.client, 'probed')
    await next.stop()
  })
})

function restartsOf({ status }: Pod): readonly number[] {
  const { initContainerStatuses = [], containerStatuses = [] } = status ?? {}
  return [...initContainerStatuses, ...containerStatuses].map(({ restartCount }) => restartCount)
}

const note = (what: string) => `echo ${what} >>ran`
const waitFor = (name: string) => `while [ ! -e ${name} ]; do sleep 0.05; done`
const exec = (command: string) => ({ exec: { command: ['sh', '-c', command] } })
const programsOf = (nodeName: string) => programsWith(`: pod-of-${nodeName}-;`)
const init = (unique: string) => [
  shell('first', note(`${unique}-first`)),
  shell('sidecar', `${note(`${unique}-sidecar`)}; ${FOR_EVER}`, { restartPolicy: 'Always' }),
  shell('second', `${note(`${unique}-second`)}; ${waitFor(`${unique}-go`)}`),
]
const app = (unique: string) => [shell('app', `${note(`${unique}-app`)}; ${FOR_EVER}`)]
