import type { Kind, ObjectOf } from '../../api/kinds.ts'
import type { Deployment } from '../../api/workload.ts'
import type { Client } from '../../client/client.ts'
import { inProcessClient } from '../../client/in-process-client.ts'
import { Store } from '../../store/store.ts'
import { seededRandom } from '../../world/random.ts'
import { newVirtualClock, type VirtualClock } from '../../world/virtual-clock.ts'
import { ROLLOUT_CONTROLLERS, startControllers, type ControllerName } from '../controllers.ts'
import { startPlayedKubelet, type PlayedTimes } from './played-kubelet.ts'

export interface PlayedCluster {
  readonly client: Client
  readonly clock: VirtualClock
  /** Every version of every object, as the watches told them, one JSON line each. */
  readonly journal: readonly string[]
  /** The sizes of the ReplicaSets, oldest first, each time one of them changed: `10,3`. */
  readonly sizes: readonly string[]
  /** Messages of the Events about objects of this kind, in order. */
  eventMessages(kind: string): readonly string[]
  get<K extends Kind>(kind: K, name: string): Promise<ObjectOf<K>>
  list<K extends Kind>(kind: K): Promise<readonly ObjectOf<K>[]>
  /** Lets time pass until the Deployment is complete; false when it is not within two minutes. */
  untilComplete(name: string): Promise<boolean>
  stop(): Promise<void>
}

const WATCHED = ['Deployment', 'ReplicaSet', 'Pod', 'EndpointSlice', 'Event'] as const

/** The controllers of a rollout, or others, over a store and a virtual clock, with a played kubelet: same seed, same bytes. */
export async function startPlayedCluster(
  options: Partial<PlayedTimes> & { seed?: number; only?: readonly ControllerName[] } = {},
): Promise<PlayedCluster> {
  const { seed = 1, readyAfterMs = 1_000, stopAfterMs = 2_000 } = options
  // The played node sends no heartbeats, so that others than these would give it up.
  const { only = ROLLOUT_CONTROLLERS } = options
  const clock = newVirtualClock()
  const client = inProcessClient(new Store({ clock, random: seededRandom(seed) }))
  const journal: string[] = []
  const sizes: string[] = []
  const events: { readonly kind: string; readonly message: string }[] = []
  const current = new Map<string, Deployment>()
  const bySet = new Map<string, number>()
  const watches = WATCHED.map((kind) =>
    client.watch(kind, { resourceVersion: '0' }, (event) => {
      journal.push(JSON.stringify(event))
      if (event.type === 'EXPIRED' || event.type === 'CLOSED') return
      const { object } = event
      if (object.kind === 'Event') {
        events.push({ kind: object.involvedObject.kind, message: object.message })
      }
      if (object.kind === 'Deployment') current.set(object.metadata.name, object)
      if (object.kind !== 'ReplicaSet') return
      if (event.type === 'DELETED') bySet.delete(object.metadata.name)
      else bySet.set(object.metadata.name, object.spec.replicas ?? 1)
      const text = [...bySet.values()].join(',')
      if (sizes.at(-1) !== text) sizes.push(text)
    }),
  )
  const kubelet = await startPlayedKubelet(client, clock, { readyAfterMs, stopAfterMs })
  const controllers = await startControllers({ client, clock, only })
  return {
    client,
    clock,
    journal,
    sizes,
    eventMessages: (kind) => events.filter((one) => one.kind === kind).map((one) => one.message),
    get: (kind, name) => client.get(kind, { namespace: 'default', name }),
    list: async (kind) => (await client.list(kind)).items,
    async untilComplete(name) {
      await clock.advance(0)
      return clock.runUntil(() => isCompleteStatus(current.get(name)), 120_000)
    },
    async stop() {
      await controllers.stop()
      kubelet.stop()
      watches.forEach((watch) => watch.stop())
    },
  }
}

function isCompleteStatus(deployment: Deployment | undefined): boolean {
  if (deployment === undefined) return false
  const { spec, metadata, status = {} } = deployment
  return (
    status.observedGeneration === metadata.generation &&
    status.replicas === spec.replicas &&
    status.updatedReplicas === spec.replicas &&
    status.availableReplicas === spec.replicas
  )
}
