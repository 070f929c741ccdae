import { Buffer } from 'node:buffer'
import { expect, test } from 'vitest'
import type { Pod } from '../../api/pod.ts'
import { inProcessClient } from '../../client/in-process-client.ts'
import { SimulatedNetwork } from '../../simulator/simulated-network.ts'
import { SimulatedRuntime } from '../../simulator/simulated-runtime.ts'
import { Store } from '../../store/store.ts'
import { seededRandom } from '../../world/random.ts'
import { newVirtualClock } from '../../world/virtual-clock.ts'
import { startNode } from '../agent.ts'

class RuntimeWithLogs extends SimulatedRuntime {
  readonly logs = new Map<string, string>()

  override async readLog(path?: string, { offset = 0, bytesMax = 0 } = {}): Promise<Uint8Array> {
    return Buffer.from(this.logs.get(path ?? '') ?? '').subarray(offset, offset + bytesMax)
  }

  override async logSize(path?: string): Promise<number | undefined> {
    return this.logs.get(path ?? '')?.length
  }
}

const STATUS: NonNullable<Pod['status']> = {
  phase: 'Failed',
  podIP: '10.244.0.9',
  containerStatuses: [
    {
      name: 'app',
      image: 'app',
      imageID: 'app',
      containerID: 'hitless://UID-app-1',
      ready: false,
      restartCount: 1,
      state: { terminated: { exitCode: 1, reason: 'Error', containerID: 'hitless://UID-app-1' } },
      lastState: { terminated: { exitCode: 2, containerID: 'hitless://UID-app-0' } },
    },
  ],
}

/** A node that starts beside a pod that has ended in an earlier run. */
async function startLater() {
  const clock = newVirtualClock()
  const random = seededRandom(1)
  const network = new SimulatedNetwork({ clock })
  const runtime = new RuntimeWithLogs({ clock, network, apps: {} })
  const client = inProcessClient(new Store({ clock, random }))
  const pod = await client.create('Pod', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default' },
    spec: { nodeName: 'here', containers: [{ name: 'app', image: 'app' }] },
  })
  await client.update('Pod', { ...pod, status: STATUS }, { subresource: 'status' })
  const node = await startNode({
    world: { clock, random, network },
    client,
    runtime,
    recorder: { record: () => undefined },
    nodeName: 'here',
    logDirectory: '/logs',
  })
  const target = { namespace: 'default', name: 'web', uid: pod.metadata.uid ?? '' }
  const read = async (of: { readonly previous: boolean; readonly uid?: string }) => {
    const seen: string[] = []
    await node.podAccess.openLog(
      { ...target, container: 'app', ...(of.uid === undefined ? {} : { uid: of.uid }) },
      { follow: true, timestamps: false, previous: of.previous },
      {
        onData: (bytes) => seen.push(Buffer.from(bytes).toString()),
        onEnd: () => seen.push('end'),
      },
    )
    await clock.advance(1_000)
    return seen
  }
  const pathOf = (restart: number) => `/logs/default_web_${target.uid}/app/${restart}.log`
  return { node, runtime, read, target, pathOf }
}

test('the logs of a pod that ended in an earlier run are there as long as their files are', async () => {
  const { node, runtime, read, pathOf } = await startLater()
  runtime.logs.set(pathOf(0), '2026-01-01T00:00:00Z stdout F before\n')
  runtime.logs.set(pathOf(1), '2026-01-01T00:00:01Z stdout F last\n')
  expect(await read({ previous: false })).toEqual(['last\n', 'end'])
  expect(await read({ previous: true })).toEqual(['before\n', 'end'])
  runtime.logs.delete(pathOf(1))
  expect(await read({ previous: false })).toEqual([
    'unable to retrieve container logs for hitless://UID-app-1',
    'end',
  ])
  await node.stop()
})

test('nothing else of it is: no process, no port at an address that another pod may have now', async () => {
  const { node, target, read } = await startLater()
  await expect(read({ previous: false, uid: 'other' })).rejects.toThrow('pod does not exist')
  const sink = {
    onData: () => undefined,
    onDrain: () => undefined,
    onEnd: () => undefined,
    onClose: () => undefined,
  }
  await expect(node.podAccess.openPort(target, 80, sink)).rejects.toThrow('pod does not exist')
  await node.stop()
})
