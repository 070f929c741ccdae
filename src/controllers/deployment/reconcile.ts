import type { Deployment } from '../../api/workload.ts'
import { SELECTING_ALL, type DeploymentAction } from './actions.ts'
import { isRollingUpdate } from './budgets.ts'
import { isComplete, pauseConditions } from './conditions.ts'
import { planHistoryCleanup } from './history.ts'
import {
  beginPass,
  createNewReplicaSet,
  endPass,
  resize,
  syncNewReplicaSet,
  type DeploymentDecision,
  type Pass,
} from './pass.ts'
import { planScaling } from './proportional.ts'
import { areOldPodsRunning, planRecreateScaleDown } from './recreate.ts'
import { activeOnly, desiredOf, sizeOf } from './replica-counts.ts'
import { desiredAnnotation } from './revision.ts'
import { planRollingUpdate } from './rolling.ts'
import type { DeploymentView } from './view.ts'

/**
 * One pass of a Deployment (deployment_controller.go, syncDeployment): claims its ReplicaSets, then scales, rolls
 * or recreates, and says so in the status. Each step waits until the one before is seen in the status of
 * the ReplicaSets, so passes are many and each is small.
 * https://kubernetes.io/docs/concepts/workloads/controllers/deployment/
 */
export function reconcileDeployment(view: DeploymentView, nowMs: number): DeploymentDecision {
  const { deployment } = view
  if (selectsEverything(deployment)) return refuseToSelectAll(deployment)
  const pass = beginPass(view, nowMs)
  if (deployment.metadata.deletionTimestamp !== undefined) return endPass(pass, 'plain')
  pass.conditions = pauseConditions(deployment, nowMs)
  syncNewReplicaSet(pass)
  if (deployment.spec.paused === true || isBeingScaled(pass)) {
    scale(pass)
    if (deployment.spec.paused === true) cleanUpHistory(pass)
    return endPass(pass, 'plain')
  }
  if (isRollingUpdate(deployment)) roll(pass)
  else recreate(pass, view)
  return endPass(pass, 'rollout')
}

function roll(pass: Pass): void {
  const newest = pass.newest ?? createNewReplicaSet(pass)
  const resizes = planRollingUpdate(pass.deployment, newest, pass.olds)
  if (resizes.length > 0) return resize(pass, resizes)
  cleanUpHistoryWhenComplete(pass)
}

function recreate(pass: Pass, view: DeploymentView): void {
  const scaleDown = planRecreateScaleDown(pass.olds)
  if (scaleDown.length > 0) return resize(pass, scaleDown)
  if (areOldPodsRunning(pass.olds, view.podsOf)) return
  const newest = pass.newest ?? createNewReplicaSet(pass)
  const desired = desiredOf(pass.deployment)
  if (sizeOf(newest) !== desired) resize(pass, [{ replicaSet: newest, size: desired }])
  cleanUpHistoryWhenComplete(pass)
}

/** Scaling keeps sizes in proportion and starts no rollout. */
function scale(pass: Pass): void {
  const { resizes, refreshesAll } = planScaling(pass.deployment, pass.newest, pass.olds)
  resize(pass, resizes, { refreshesAll })
}

/** The desired number was changed since an active ReplicaSet got its size. */
function isBeingScaled({ deployment, newest, olds }: Pass): boolean {
  const all = newest === undefined ? olds : [...olds, newest]
  return activeOnly(all).some((replicaSet) => {
    const desired = desiredAnnotation(replicaSet)
    return desired !== undefined && desired !== desiredOf(deployment)
  })
}

function cleanUpHistoryWhenComplete(pass: Pass): void {
  if (isComplete(pass.deployment, pass.deployment.status ?? {})) cleanUpHistory(pass)
}

function cleanUpHistory(pass: Pass): void {
  for (const replicaSet of planHistoryCleanup(pass.deployment, pass.olds)) {
    pass.actions.push({ type: 'delete-replica-set', replicaSet })
  }
}

function selectsEverything({ spec: { selector } }: Deployment): boolean {
  return (
    Object.keys(selector.matchLabels ?? {}).length === 0 &&
    (selector.matchExpressions ?? []).length === 0
  )
}

function refuseToSelectAll(deployment: Deployment): DeploymentDecision {
  const message = 'This deployment is selecting all pods. A non-empty selector is required.'
  const actions: DeploymentAction[] = [
    { type: 'event', level: 'Warning', reason: SELECTING_ALL, message },
  ]
  const { generation = 0 } = deployment.metadata
  if ((deployment.status?.observedGeneration ?? 0) < generation) {
    const status = { ...deployment.status, observedGeneration: generation }
    actions.push({ type: 'update-status', deployment: { ...deployment, status } })
  }
  return { actions, requeueAt: undefined }
}
