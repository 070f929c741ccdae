import { KINDS, kindNames } from '../api/kinds.ts'
import { stopAll } from '../base/stop-all.ts'
import type { Client } from '../client/client.ts'
import type { EventRecorderOptions } from '../client/event-recorder.ts'
import type { Clock } from '../world/clock.ts'
import { startCaches, type CachedKind } from './caches.ts'
import type { Controller, ControllerContext } from './controller.ts'
import { startDeploymentController } from './deployment/controller.ts'
import { startDisruptionController } from './disruption/controller.ts'
import { startEndpointsController } from './endpoints/controller.ts'
import { startEndpointSliceController } from './endpointslice/controller.ts'
import { startEndpointSliceMirroringController } from './endpointslicemirroring/controller.ts'
import { startGarbageCollector } from './gc/controller.ts'
import { startNamespaceController } from './namespace/controller.ts'
import { startNodeIpamController } from './nodeipam/controller.ts'
import { startNodeLifecycleController } from './nodelifecycle/controller.ts'
import { startPodGarbageCollector } from './podgc/controller.ts'
import { startReplicaSetController } from './replicaset/controller.ts'
import { startScheduler } from './scheduler/controller.ts'
import { startServiceAccountController } from './serviceaccount/controller.ts'
import { startTaintEvictionController } from './tainteviction/controller.ts'

interface ControllerEntry {
  readonly start: (context: ControllerContext) => Controller
  /** What it keeps in caches. */
  readonly kinds: readonly CachedKind[]
}

const NAMESPACED: readonly CachedKind[] = kindNames()
  .filter((kind) => kind !== 'Event')
  .filter((kind) => KINDS[kind].namespaced)

const CONTROLLERS = {
  deployment: { start: startDeploymentController, kinds: ['Deployment', 'ReplicaSet', 'Pod'] },
  replicaset: { start: startReplicaSetController, kinds: ['Deployment', 'ReplicaSet', 'Pod'] },
  endpointslice: {
    start: startEndpointSliceController,
    kinds: ['Service', 'EndpointSlice', 'Pod'],
  },
  scheduler: { start: startScheduler, kinds: ['Pod', 'Node'] },
  gc: {
    start: startGarbageCollector,
    kinds: ['Deployment', 'ReplicaSet', 'Pod', 'Service', 'EndpointSlice', 'ConfigMap', 'Node'],
  },
  endpoints: { start: startEndpointsController, kinds: ['Service', 'Endpoints', 'Pod'] },
  endpointslicemirroring: {
    start: startEndpointSliceMirroringController,
    kinds: ['Endpoints', 'EndpointSlice', 'Service'],
  },
  disruption: {
    start: startDisruptionController,
    kinds: ['PodDisruptionBudget', 'Pod', 'ReplicaSet', 'Deployment'],
  },
  namespace: { start: startNamespaceController, kinds: ['Namespace', ...NAMESPACED] },
  nodeipam: { start: startNodeIpamController, kinds: ['Node', 'Pod'] },
  nodelifecycle: { start: startNodeLifecycleController, kinds: ['Node', 'Lease', 'Pod'] },
  podgc: { start: startPodGarbageCollector, kinds: ['Pod', 'Node'] },
  tainteviction: { start: startTaintEvictionController, kinds: ['Node', 'Pod'] },
  serviceaccount: {
    start: startServiceAccountController,
    kinds: ['Namespace', 'ServiceAccount', 'ConfigMap'],
  },
} satisfies Readonly<Record<string, ControllerEntry>>

export type ControllerName = keyof typeof CONTROLLERS

/** What a rollout needs: everything else costs caches and is for clusters that people use. */
export const ROLLOUT_CONTROLLERS: readonly ControllerName[] = [
  'deployment',
  'replicaset',
  'endpointslice',
  'scheduler',
  'gc',
]

const ALL: readonly ControllerName[] = [
  ...ROLLOUT_CONTROLLERS,
  'endpoints',
  'endpointslicemirroring',
  'disruption',
  'namespace',
  'nodeipam',
  'nodelifecycle',
  'tainteviction',
  'podgc',
  'serviceaccount',
]

const ALL_KINDS: ReadonlySet<CachedKind> = new Set(kindNames().filter((kind) => kind !== 'Event'))

export interface ControllersOptions {
  readonly client: Client
  readonly clock: Clock
  /** Default: all. Single ones beside Kubernetes' own show where the two differ. */
  readonly only?: readonly ControllerName[]
  /** PEM of the API server's authority, for the pods of every namespace. Absent: it is not published. */
  readonly authority?: string
  /** Default: each event is stored. */
  readonly eventOptions?: EventRecorderOptions
}

export interface Controllers {
  /** Resolves when nothing of them runs any more: no watch, no timer, no write. */
  stop(): Promise<void>
}

/**
 * Starts the controllers over one set of caches; resolves when all of them are at work. Rejects with
 * ApiError, and nothing running, when a list was refused.
 * https://kubernetes.io/docs/concepts/architecture/controller/
 *
 *     const controllers = await startControllers({ client, clock })
 *     await controllers.stop()
 */
export async function startControllers({
  client,
  clock,
  only,
  authority,
  eventOptions = {},
}: ControllersOptions): Promise<Controllers> {
  const entries: readonly ControllerEntry[] = (only ?? ALL).map((name) => CONTROLLERS[name])
  // Where all are at work the garbage collector follows the owners of all kinds.
  const kinds = only === undefined ? ALL_KINDS : new Set(entries.flatMap((entry) => entry.kinds))
  const caches = await startCaches(client, clock, kinds)
  const running = entries.map(({ start }) =>
    start({ client, clock, caches, authority, eventOptions }),
  )
  return {
    async stop() {
      caches.stop()
      await stopAll(running.toReversed().map((controller) => () => controller.stop()))
    },
  }
}
