import { expect, test } from 'vitest'
import type { Secret } from '../../api/access.ts'
import type { ConfigMap } from '../../api/core.ts'
import type { Pod, PodSpec } from '../../api/pod.ts'
import type { Volume } from '../../api/volume.ts'
import type { Client } from '../../client/client.ts'
import { inProcessClient } from '../../client/in-process-client.ts'
import { SimulatedFiles } from '../../simulator/simulated-files.ts'
import { SimulatedNetwork } from '../../simulator/simulated-network.ts'
import { SimulatedRuntime } from '../../simulator/simulated-runtime.ts'
import { Store } from '../../store/store.ts'
import { seededRandom } from '../../world/random.ts'
import { newVirtualClock } from '../../world/virtual-clock.ts'
import { startNode } from '../agent.ts'

async function start(more: Partial<Client> = {}) {
  const clock = newVirtualClock()
  const random = seededRandom(1)
  const network = new SimulatedNetwork({ clock })
  const app = { startupMs: 200, onSigterm: 'exit' as const }
  const apps = { one: { ...app, port: 8080 }, two: { ...app, port: 8081 } }
  const runtime = new SimulatedRuntime({ clock, network, apps })
  const files = new SimulatedFiles()
  await files.makeDirectory('/etc')
  await files.writeText('/etc/resolv.conf', 'nameserver 1.1.1.1\n')
  await files.makeDirectory('/pods/of-an-earlier-run/volumes')
  const store = new Store({ clock, random })
  const client = { ...inProcessClient(store), ...more }
  const starting = startNode({
    world: { clock, random, network },
    client,
    runtime,
    recorder: { record: () => undefined },
    nodeName: 'node-1',
    podFiles: { files, podDirectory: '/pods' },
    machine: { cpu: 8, memory: '2G' },
  })
  await clock.advance(0)
  const node = await starting
  const eventsOf = async (reason: string) =>
    (await client.list('Event')).items
      .filter((event) => event.reason === reason)
      .map(({ message }) => message)
  const read = async (container: number, target: string) => {
    const found = runtime.started[container]?.mounts?.find((mount) =>
      target.startsWith(mount.target),
    )
    return files.readText(target.replace(found?.target ?? '', found?.source ?? '/none'))
  }
  const getPod = () => client.get('Pod', { namespace: 'default', name: 'web' })
  const wait = async (ms: number) => {
    await clock.advance(ms)
    // Files take turns of the loop, not time.
    for (let turn = 0; turn < 50; turn += 1) await clock.advance(0)
  }
  return { clock, store, client, node, runtime, files, eventsOf, read, getPod, wait }
}

const podWith = (volumes: readonly Volume[], spec: Partial<PodSpec> = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'default', labels: { app: 'web' } },
  spec: {
    nodeName: 'node-1',
    serviceAccountName: 'robot',
    containers: ['one', 'two'].map((name) => ({
      name,
      image: name,
      volumeMounts: volumes.map((volume) => ({ name: volume.name, mountPath: `/${volume.name}` })),
    })),
    volumes,
    ...spec,
  },
})

const settings = (data: Readonly<Record<string, string>>): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings', namespace: 'default' },
  data,
})

const keys: Secret = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'keys', namespace: 'default' },
  data: { pass: 'c2VjcmV0' },
}

const EVERYTHING: readonly Volume[] = [
  { name: 'work', emptyDir: {} },
  { name: 'settings', configMap: { name: 'settings' } },
  { name: 'keys', secret: { secretName: 'keys' } },
  {
    name: 'info',
    downwardAPI: {
      items: [
        { path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } },
        { path: 'annotations', fieldRef: { fieldPath: 'metadata.annotations' } },
        { path: 'cpu', resourceFieldRef: { containerName: 'one', resource: 'limits.cpu' } },
      ],
    },
  },
]

test('volumes are there before the containers, follow what they show, and go with the pod', async () => {
  const { clock, client, node, runtime, files, read, getPod, wait } = await start()
  await client.create('ConfigMap', settings({ color: 'blue' }))
  await client.create('Secret', keys)
  await client.create('Pod', podWith(EVERYTHING))
  await wait(2_000)
  const [one, two] = runtime.started
  const uid = (await getPod()).metadata.uid ?? ''
  expect(one?.mounts?.map(({ target, readOnly }) => [target, readOnly])).toEqual([
    ['/work', false],
    ['/settings', true],
    ['/keys', true],
    ['/info', true],
    ['/etc/hosts', false],
    ['/etc/hostname', false],
    ['/etc/resolv.conf', false],
    ['/dev/termination-log', false],
  ])
  expect(one?.mounts?.[0]).toEqual(two?.mounts?.[0])
  expect(one?.mounts?.[0]?.source).toBe(`/pods/${uid}/volumes/kubernetes.io~empty-dir/work`)
  expect(await read(0, '/settings/color')).toBe('blue')
  expect(await read(1, '/keys/pass')).toBe('secret')
  expect(await read(0, '/info/labels')).toBe('app="web"')
  expect(await read(0, '/info/cpu')).toBe('8')
  expect(await read(0, '/info/annotations')).toMatch(
    /^kubernetes.io\/config.seen="[-T:.0-9]+Z"\nkubernetes.io\/config.source="api"$/,
  )
  expect(await read(0, '/etc/resolv.conf')).toBe('nameserver 1.1.1.1\n')
  expect(await files.kindOf('/pods/of-an-earlier-run')).toBe('missing')

  await client.patch(
    'ConfigMap',
    { namespace: 'default', name: 'settings' },
    {
      data: { color: 'red', size: 'big' },
    },
  )
  const name = { namespace: 'default', name: 'web' }
  await client.patch('Pod', name, { metadata: { labels: { app: 'shop' } } })
  await wait(0)
  expect(await read(0, '/settings/color')).toBe('red')
  expect(await read(1, '/settings/size')).toBe('big')
  expect(await read(1, '/info/labels')).toBe('app="shop"')

  await client.delete('Pod', name)
  await wait(2_000)
  expect((await client.list('Pod')).items).toEqual([])
  expect(await files.list('/pods')).toEqual([])
  await node.stop()
  expect(clock.timerCount).toBe(0)
})

test('a missing ConfigMap keeps the pod creating, is told, and asked for with longer and longer pauses', async () => {
  const { clock, client, node, runtime, eventsOf, getPod, read, wait } = await start()
  const get: number[] = []
  await client.create('Pod', podWith([{ name: 'settings', configMap: { name: 'settings' } }]))
  const message = 'MountVolume.SetUp failed for volume "settings" : configmap "settings" not found'
  for (let second = 0; second < 16; second += 0.5) {
    await wait(500)
    const [event] = (await client.list('Event')).items.filter(
      ({ reason }) => reason === 'FailedMount',
    )
    if ((event?.count ?? 0) > get.length) get.push(second)
  }
  expect(new Set(await eventsOf('FailedMount'))).toEqual(new Set([message]))
  // 0, 0.5, 1.5, 3.5, 7.5 and 15.5 s: the pause begins with half a second and is doubled.
  expect(get).toHaveLength(6)
  const status = (await getPod()).status
  expect(status?.phase).toBe('Pending')
  expect(status?.containerStatuses?.[0]?.state).toEqual({
    waiting: { reason: 'ContainerCreating' },
  })
  expect(runtime.started).toEqual([])

  await client.create('ConfigMap', settings({ color: 'blue' }))
  await wait(17_000)
  expect(await read(0, '/settings/color')).toBe('blue')
  await node.stop()
  expect(clock.timerCount).toBe(0)
})

test('a ConfigMap that goes while the pod runs is told, and what was shown stays', async () => {
  const { client, node, runtime, eventsOf, read, wait } = await start()
  await client.create('ConfigMap', settings({ color: 'blue' }))
  const optional: Volume = { name: 'optional', configMap: { name: 'settings', optional: true } }
  await client.create(
    'Pod',
    podWith([{ name: 'settings', configMap: { name: 'settings' } }, optional]),
  )
  await wait(2_000)
  await client.delete('ConfigMap', { namespace: 'default', name: 'settings' })
  await wait(0)
  expect(await eventsOf('FailedMount')).toEqual([
    'MountVolume.SetUp failed for volume "settings" : configmap "settings" not found',
  ])
  expect(await read(0, '/settings/color')).toBe('blue')
  await expect(read(0, '/optional/color')).rejects.toMatchObject({ code: 'ENOENT' })
  expect(runtime.started).toHaveLength(2)
  await node.stop()
})

test('a volume that nobody mounts may be anything; one of an unknown kind is told and waited for', async () => {
  const { client, node, runtime, eventsOf, wait, clock } = await start()
  const claim: Volume = { name: 'data', persistentVolumeClaim: { claimName: 'disk' } }
  await client.create('Pod', podWith([], { volumes: [claim] }))
  const blocked = podWith([claim, { name: 'work', emptyDir: {} }])
  await client.create('Pod', { ...blocked, metadata: { ...blocked.metadata, name: 'db' } })
  await wait(2_000)
  expect(runtime.started.map(({ name }) => name)).toEqual(['one', 'two'])
  expect(await eventsOf('FailedMount')).toEqual([
    'Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[], failed to process volumes=[data]: failed to get Plugin from volumeSpec for volume "data" err=no volume plugin matched: hitless has none for persistentVolumeClaim',
  ])
  await client.delete('Pod', { namespace: 'default', name: 'db' })
  await wait(2_000)
  expect((await client.list('Pod')).items.map(({ metadata }) => metadata.name)).toEqual(['web'])
  await node.stop()
  expect(clock.timerCount).toBe(0)
})

test('an emptyDir in memory is as large as its limit, the pod or the node allows', async () => {
  const { client, node, runtime, wait } = await start()
  const mounted: (readonly [string, number | undefined])[] = []
  Object.assign(runtime, {
    mountMemory: async (directory: string, { sizeBytes }: { sizeBytes: number | undefined }) => {
      mounted.push([directory.slice(directory.lastIndexOf('/') + 1), sizeBytes])
      return true
    },
  })
  const volumes = [
    { name: 'small', emptyDir: { medium: 'Memory', sizeLimit: '64Ki' } },
    { name: 'large', emptyDir: { medium: 'Memory' } },
    { name: 'disk', emptyDir: { sizeLimit: '64Ki' } },
  ]
  await client.create('Pod', podWith(volumes))
  await wait(1_000)
  expect(mounted).toEqual([
    ['small', 65_536],
    ['large', 2_000_000_000],
  ])
  await node.stop()
})

test('a pod whose emptyDir outgrows its limit is evicted within a minute', async () => {
  const { client, node, runtime, files, eventsOf, getPod, wait, clock } = await start()
  const volumes = [
    { name: 'work', emptyDir: { sizeLimit: '64Ki' } },
    { name: 'free', emptyDir: {} },
  ]
  await client.create('Pod', podWith(volumes))
  await wait(1_000)
  const [work = '', free = ''] = runtime.started[0]?.mounts?.map(({ source }) => source) ?? []
  await files.writeText(`${free}/large`, 'x'.repeat(100_000))
  await files.makeDirectory(`${work}/deep`)
  // With two directories a page is free still.
  await files.writeText(`${work}/deep/one`, 'x'.repeat(53_248))
  await files.makeLink(`${work}/link`, `${free}/large`)
  await wait(125_000)
  expect((await getPod()).status?.phase).toBe('Running')
  await files.writeText(`${work}/two`, 'x'.repeat(5_000))
  await wait(60_000)
  expect((await getPod()).status).toMatchObject({
    phase: 'Failed',
    reason: 'Evicted',
    message: 'Usage of EmptyDir volume "work" exceeds the limit "64Ki". ',
  })
  expect(await eventsOf('Evicted')).toEqual([
    'Usage of EmptyDir volume "work" exceeds the limit "64Ki". ',
  ])
  expect(await files.kindOf(work)).toBe('missing')
  await node.stop()
  expect(clock.timerCount).toBe(0)
})

test('a volume that an ephemeral container is the first to mount is set up for it, and follows', async () => {
  const { store, client, runtime, eventsOf, read, getPod, wait } = await start()
  const volumes: readonly Volume[] = [
    { name: 'work', emptyDir: {} },
    { name: 'settings', configMap: { name: 'settings' } },
  ]
  const containers = [{ name: 'one', image: 'one' }]
  await client.create('Pod', podWith(volumes, { containers }))
  await wait(2_000)
  expect(runtime.started[0]?.mounts?.map(({ target }) => target)).not.toContain('/work')
  const volumeMounts = volumes.map(({ name }) => ({ name, mountPath: `/${name}` }))
  const pod = await getPod()
  const ephemeralContainers = [{ name: 'look', image: 'two', volumeMounts }]
  const changed = { ...pod, spec: { ...pod.spec, ephemeralContainers } }
  store.update('Pod', changed, { subresource: 'ephemeralcontainers' })
  await wait(1_000)
  // Nothing of it is tried without its volumes.
  expect(await eventsOf('Failed')).toEqual([])
  expect(runtime.started).toHaveLength(1)
  expect(await eventsOf('FailedMount')).toHaveLength(1)
  expect((await getPod()).status?.ephemeralContainerStatuses?.[0]?.state.waiting).toEqual({
    reason: 'ContainerCreating',
  })

  await client.create('ConfigMap', settings({ color: 'blue' }))
  await wait(3_000)
  expect(runtime.started).toHaveLength(2)
  expect(await read(1, '/settings/color')).toBe('blue')
  expect(runtime.started[1]?.mounts?.map(({ target }) => target)).toContain('/work')
  const name = { namespace: 'default', name: 'settings' }
  await client.patch('ConfigMap', name, { data: { color: 'red' } })
  await wait(1_000)
  expect(await read(1, '/settings/color')).toBe('red')
})

test('an emptyDir outlives a restart of its containers', async () => {
  const { client, node, runtime, files, wait } = await start()
  await client.create('Pod', podWith([{ name: 'work', emptyDir: { medium: 'Memory' } }]))
  await wait(1_000)
  const source = runtime.started[0]?.mounts?.[0]?.source ?? ''
  await files.writeText(`${source}/left`, 'here')
  runtime.signalContainer(runtime.started[0]?.id ?? '', 'SIGKILL')
  await wait(3_000)
  expect(runtime.started).toHaveLength(3)
  expect(runtime.started[2]?.mounts?.[0]?.source).toBe(source)
  expect(await files.readText(`${source}/left`)).toBe('here')
  await node.stop()
  expect(await files.readText(`${source}/left`)).toBe('here')
})

const access: Volume = {
  name: 'kube-api-access-x',
  projected: {
    sources: [
      { serviceAccountToken: { path: 'token', expirationSeconds: 3_607 } },
      {
        downwardAPI: {
          items: [{ path: 'namespace', fieldRef: { fieldPath: 'metadata.namespace' } }],
        },
      },
    ],
  },
}

test('a token of the account is asked for, and again before its time is over', async () => {
  const asked: unknown[] = []
  const { clock, client, node, read, getPod, wait } = await start({
    async requestToken(account, spec) {
      asked.push({ account, spec })
      const expiresAt = clock.wallMs() + 3_607_000
      return {
        token: `token-${asked.length}`,
        expirationTimestamp: new Date(expiresAt).toISOString(),
        expirationSeconds: 3_607,
      }
    },
  })
  await client.create('Pod', podWith([access]))
  await wait(2_000)
  const { uid } = (await getPod()).metadata
  expect(asked).toEqual([
    {
      account: { namespace: 'default', name: 'robot' },
      spec: {
        expirationSeconds: 3_607,
        boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'web', uid },
      },
    },
  ])
  expect(await read(0, '/kube-api-access-x/token')).toBe('token-1')
  expect(await read(0, '/kube-api-access-x/namespace')).toBe('default')
  await wait(2_700_000)
  expect(asked).toHaveLength(1)
  await wait(300_000)
  expect(asked).toHaveLength(2)
  expect(await read(0, '/kube-api-access-x/token')).toBe('token-2')
  await node.stop()
})

test('a cluster without tokens is told as one', async () => {
  const { client, node, eventsOf, wait } = await start()
  await client.create('Pod', podWith([access]))
  await wait(0)
  expect(await eventsOf('FailedMount')).toEqual([
    'MountVolume.SetUp failed for volume "kube-api-access-x" : failed to fetch token: the API server does not have TokenRequest endpoints enabled',
  ])
  await node.stop()
})
