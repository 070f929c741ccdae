import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { until } from '../support/until.ts'
import {
  getPod,
  holderOf,
  isRunning,
  killAll,
  killHitless,
  nodesOf,
  onBench,
  podOf,
  processes,
  programsWith,
  read,
  shell,
  statusOf,
  untilReady,
} from './adoption-bench.ts'

/** The shell that is process 1 of the kept namespaces, the sleep that it waits for, and what made them. */
const HOLDER_PROCESSES_MAX = 3

test('a pod whose start hitless was killed in is started once, and leaves nothing', async () => {
  await onBench(async (bench) => {
    let cluster = await bench.start()
    const holder = holderOf(bench.data) ?? 0
    // From before its network to after its containers.
    for (const delayMs of [0, 10, 20, 50, 80]) {
      const name = `after-${delayMs}-ms`
      const script = (container: string) => `: ${name}-${container}-; sleep 600`
      const [one, two] = ['one', 'two'].map((container) => shell(container, script(container)))
      const containers = [one, two].filter((container) => container !== undefined)
      const spec = { shareProcessNamespace: delayMs % 20 === 0, containers }
      await cluster.client.create('Pod', podOf(name, spec))
      await sleep(delayMs)
      await killHitless(bench.data)

      cluster = await bench.start()
      const pod = await untilReady(cluster.client, name)
      for (const container of ['one', 'two']) {
        // A shell that is about to run its next program is two for a moment; one that was started twice is for good.
        const programs = () => programsWith(`: ${name}-${container}-;`)
        await until('it runs once', async () => programs().length === 1)
        expect(statusOf(pod, container)?.restartCount).toBe(0)
      }
      await cluster.client.delete('Pod', pod.metadata, { gracePeriodSeconds: 0 })
      await until('it has ended', async () => programsWith(`: ${name}-`).length === 0)
    }
    const inside = join('/proc', String(holder), 'root', 'run')
    await until('networks are gone', async () => readdirSync(`${inside}/netns`).length === 0)
    const records = () => readdirSync(`${inside}/hitless/records`)
    await until('so are their records', async () => records().join() === 'abilities')
    await until('so are their cables', async () => interfacesOf(holder).length === 2)
    expect(descendantsOf(holder).length).toBeLessThanOrEqual(HOLDER_PROCESSES_MAX)
    await cluster.stop()
    expect(isRunning(holder)).toBe(false)
  })
})

test('a hitless whose engine alone is killed ends, and the next start goes on with its pods', async () => {
  await onBench(async (bench) => {
    const first = await bench.start()
    const containers = [shell('app', ': engine-killed; sleep 600')]
    await first.client.create('Pod', podOf('app', { containers }))
    await untilReady(first.client, 'app')
    const programs = programsWith(': engine-killed;')
    await killAll(nodesOf(bench.data).filter((one) => one !== first.processId))
    await until('hitless has ended', async () => !isRunning(first.processId))
    expect(first.stderr()).toContain('was ended by SIGKILL')
    const next = await bench.start()
    const pod = await untilReady(next.client, 'app')
    expect(statusOf(pod, 'app')?.restartCount).toBe(0)
    expect(programsWith(': engine-killed;')).toEqual(programs)
    await next.stop()
  })
})

test('a container that failed to start while nobody looked holds no process', async () => {
  await onBench(async (bench) => {
    const first = await bench.start()
    const holder = holderOf(bench.data) ?? 0
    const containers = [shell('app', 'exit 1')]
    await first.client.create('Pod', podOf('short', { restartPolicy: 'Never', containers }))
    await killHitless(bench.data)
    const next = await bench.start()
    await until('it has failed', async () => {
      const { status } = await getPod(next.client, 'short')
      return status?.phase === 'Failed'
    })
    await until('its shell has ended', async () => {
      return descendantsOf(holder).length <= HOLDER_PROCESSES_MAX
    })
    await next.stop()
  })
})

test('without a node on the same data, what an earlier one has left is ended', async () => {
  await onBench(async (bench) => {
    const first = await bench.start()
    const containers = [shell('app', ': left-alone-; sleep 600')]
    await first.client.create('Pod', podOf('left', { containers }))
    await untilReady(first.client, 'left')
    const holder = holderOf(bench.data) ?? 0
    await killHitless(bench.data)
    expect(programsWith(': left-alone-;')).toHaveLength(1)

    const next = await bench.start(['--no-node'])
    expect(isRunning(holder)).toBe(false)
    expect(programsWith(': left-alone-;')).toEqual([])
    expect(holderOf(bench.data)).toBeUndefined()
    expect((await next.client.list('Pod')).items).toEqual([])
    await next.stop()
  })
})

test('after the end of everything the next start cleans what is left, and runs the pods anew', async () => {
  await onBench(async (bench) => {
    const first = await bench.start()
    const limits = { resources: { limits: { memory: '64Mi', cpu: '500m' } } }
    const note = 'echo ran >>/mnt/note; cp /mnt/note seen'
    const mounts = { volumeMounts: [{ name: 'empty', mountPath: '/mnt' }] }
    const script = `: all-killed-; ${note}; sleep 600`
    const containers = [shell('app', script, { ...limits, ...mounts })]
    const volumes = [{ name: 'empty', emptyDir: {} }]
    await first.client.create('Pod', podOf('web', { containers, volumes }))
    await untilReady(first.client, 'web')
    const [program = 0] = programsWith(': all-killed-;')
    const cgroups = cgroupsOf(program)
    await killAll([...nodesOf(bench.data), holderOf(bench.data) ?? 0])
    await until('its processes have ended', async () => !isRunning(program))
    const draft = 'credentials.json.00000000-0000-4000-8000-000000000000.new'
    writeFileSync(join(bench.data, draft), '')

    const next = await bench.start()
    await until('it runs again', async () => programsWith(': all-killed-;').length === 1)
    await untilReady(next.client, 'web')
    expect(cgroups.filter((path) => existsSync(path))).toEqual([])
    expect(readdirSync(bench.data)).not.toContain(draft)
    // It is the same pod, with what its volume has.
    expect(read(join(bench.source, 'seen'))).toBe('ran\nran\n')
    expect(readdirSync(join(bench.data, 'pods'))).toHaveLength(1)
    const [again = 0] = programsWith(': all-killed-;')
    const own = cgroupsOf(again)
    await next.stop()
    expect(own.filter((path) => existsSync(path))).toEqual([])
  })
})

/** Those that hitless made for it. */
function cgroupsOf(processId: number): readonly string[] {
  return readFileSync(`/proc/${processId}/cgroup`, 'utf8')
    .split('\n')
    .filter((line) => line.includes('/hitless.'))
    .map((line) => {
      const [, controllers = '', path = ''] = line.split(':')
      return join('/sys/fs/cgroup', controllers, path)
    })
}

/** Of its network. */
function interfacesOf(processId: number): readonly string[] {
  const names = readFileSync(`/proc/${processId}/net/dev`, 'utf8').matchAll(/^ *([^ :]+):/gm)
  return [...names].map(([, name = '']) => name).toSorted()
}

function descendantsOf(processId: number): readonly number[] {
  const parents = new Map(
    processes(() => true).map((one) => {
      const parent = /\) \S (\d+)/.exec(read(`/proc/${one}/stat`))?.[1]
      return [one, Number(parent)]
    }),
  )
  const isBelow = (one: number | undefined): boolean =>
    one !== undefined && (one === processId || isBelow(parents.get(one)))
  return [...parents.keys()].filter(isBelow)
}
