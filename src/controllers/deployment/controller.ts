import { controllerOf, keyOf } from '../../api/meta.ts'
import type { Pod } from '../../api/pod.ts'
import { selectorMatches } from '../../api/selector.ts'
import type { ReplicaSet } from '../../api/workload.ts'
import { newEventRecorder } from '../../client/event-recorder.ts'
import type { Caches } from '../caches.ts'
import {
  newControllerQueue,
  siblingKey,
  type Controller,
  type ControllerContext,
} from '../controller.ts'
import { isRollingUpdate } from './budgets.ts'
import { DeploymentExecution } from './execution.ts'
import { reconcileDeployment } from './reconcile.ts'
import { gatherDeploymentView } from './view.ts'

/** Keeps the ReplicaSets of every Deployment as reconcileDeployment decides. */
export function startDeploymentController({
  client,
  clock,
  caches,
  eventOptions,
}: ControllerContext): Controller {
  const events = newEventRecorder(client, clock, 'deployment-controller', eventOptions)
  const queue = newControllerQueue(clock, async (key) => {
    const view = gatherDeploymentView(caches, key)
    if (view === undefined) return
    const { deployment } = view
    const nowMs = clock.wallMs()
    const { actions, requeueAt } = reconcileDeployment(view, nowMs)
    await new DeploymentExecution({ client, events, deployment, nowMs }).run(actions)
    if (requeueAt !== undefined) queue.addAfter(key, requeueAt - clock.wallMs())
  })
  const deployments = caches.of('Deployment')

  const addOwner = (replicaSet: ReplicaSet | undefined) => {
    if (replicaSet === undefined) return
    const owner = controllerOf(replicaSet)
    if (owner?.kind !== 'Deployment') return
    queue.add(siblingKey(replicaSet, owner.name))
  }
  const addMatching = ({ metadata }: ReplicaSet) => {
    for (const deployment of deployments.list()) {
      if (deployment.metadata.namespace !== metadata.namespace) continue
      if (selectorMatches(deployment.spec.selector, metadata.labels)) queue.add(keyOf(deployment))
    }
  }

  deployments.onChange(({ key }) => queue.add(key))
  caches.of('ReplicaSet').onChange(({ current, previous }) => {
    addOwner(previous)
    addOwner(current)
    if (current !== undefined && controllerOf(current) === undefined) addMatching(current)
  })
  caches.of('Pod').onChange(({ current, previous }) => {
    const waiting =
      current === undefined && previous !== undefined ? waitingForPod(caches, previous) : undefined
    if (waiting !== undefined) queue.add(waiting)
  })
  return {
    async stop() {
      await queue.stop()
      await events.stop()
    },
  }
}

/**
 * The key of the Deployment that has waited for this pod, now gone, to be the last: only Recreate does, and it waits for
 * all pods, even those that have finished (deployment_controller.go, deletePod).
 */
function waitingForPod(caches: Caches, pod: Pod): string | undefined {
  const owner = controllerOf(pod)
  if (owner?.kind !== 'ReplicaSet') return undefined
  const replicaSet = caches.of('ReplicaSet').get(siblingKey(pod, owner.name))
  const name = replicaSet && controllerOf(replicaSet)?.name
  if (name === undefined) return undefined
  const key = siblingKey(pod, name)
  const deployment = caches.of('Deployment').get(key)
  if (deployment === undefined || isRollingUpdate(deployment)) return undefined
  const replicaSets = caches.of('ReplicaSet').byOwner(deployment.metadata.uid ?? '')
  const hasPods = replicaSets.some(
    ({ metadata }) => caches.of('Pod').byOwner(metadata.uid ?? '').length > 0,
  )
  return hasPods ? undefined : key
}
