import type { Client } from '../client/client.ts'
import type { Clock } from '../world/clock.ts'
import { startCaches } from './caches.ts'
import type { Controller, ControllerContext } from './controller.ts'
import { startDeploymentController } from './deployment/controller.ts'
import { startEndpointSliceController } from './endpointslice/controller.ts'
import { startGarbageCollector } from './gc/controller.ts'
import { startReplicaSetController } from './replicaset/controller.ts'
import { startScheduler } from './scheduler/controller.ts'

const STARTERS = {
  deployment: startDeploymentController,
  replicaset: startReplicaSetController,
  endpointslice: startEndpointSliceController,
  scheduler: startScheduler,
  gc: startGarbageCollector,
} satisfies Readonly<Record<string, (context: ControllerContext) => Controller>>

export type ControllerName = keyof typeof STARTERS

const ALL: readonly ControllerName[] = [
  'deployment',
  'replicaset',
  'endpointslice',
  'scheduler',
  'gc',
]

export interface ControllersOptions {
  readonly client: Client
  readonly clock: Clock
  /** Default: all. Single ones beside Kubernetes' own show where the two differ. */
  readonly only?: readonly ControllerName[]
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
  only = ALL,
}: ControllersOptions): Promise<Controllers> {
  const caches = await startCaches(client, clock)
  const running = only.map((name) => STARTERS[name]({ client, clock, caches }))
  return {
    async stop() {
      caches.stop()
      for (const controller of running) await controller.stop()
    },
  }
}
