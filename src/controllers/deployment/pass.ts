import type { Deployment, ReplicaSet } from '../../api/workload.ts'
import { isSame } from '../canonical-json.ts'
import { findCondition, withCondition, type Conditions } from '../condition-list.ts'
import { decideClaim, withController, withoutOwners } from '../ownership.ts'
import { scalingEvent, type DeploymentAction } from './actions.ts'
import {
  FOUND_NEW_REPLICA_SET,
  NEW_REPLICA_SET_CREATED,
  newCondition,
  progressDeadlineMs,
  progressDueMs,
  PROGRESSING,
} from './conditions.ts'
import { buildReplicaSet, splitReplicaSets } from './new-replica-set.ts'
import { sizeOf } from './replica-counts.ts'
import { newReplicaSetAnnotations, nextRevision, REVISION, sizeAnnotations } from './revision.ts'
import type { Resize } from './rolling.ts'
import { plainStatus, rolloutStatus } from './status.ts'
import type { DeploymentView } from './view.ts'

export interface DeploymentDecision {
  readonly actions: readonly DeploymentAction[]
  /** Milliseconds since the Unix epoch: look again then, even if nothing changes. */
  readonly requeueAt: number | undefined
}

/** A pass in the making: what is known of the ReplicaSets after the actions so far. */
export interface Pass {
  readonly deployment: Deployment
  readonly nowMs: number
  readonly actions: DeploymentAction[]
  newest: ReplicaSet | undefined
  olds: readonly ReplicaSet[]
  conditions: Conditions
  /** The Deployment's own revision annotation after this pass. */
  revision: string | undefined
}

/** Claims what belongs to the Deployment; adopted ReplicaSets count from this very pass on. */
export function beginPass({ deployment, replicaSets }: DeploymentView, nowMs: number): Pass {
  const actions: DeploymentAction[] = []
  const claimed: ReplicaSet[] = []
  for (const replicaSet of replicaSets) {
    switch (decideClaim(deployment, deployment.spec.selector, replicaSet)) {
      case 'keep':
        claimed.push(replicaSet)
        break
      case 'adopt': {
        const adopted = withController(replicaSet, deployment)
        actions.push({ type: 'adopt-replica-set', replicaSet: adopted })
        claimed.push(adopted)
        break
      }
      case 'release': {
        const released = withoutOwners(replicaSet, [deployment.metadata.uid ?? ''])
        actions.push({ type: 'release-replica-set', replicaSet: released })
        break
      }
      case 'ignore':
        break
    }
  }
  return {
    deployment,
    nowMs,
    actions,
    ...splitReplicaSets(deployment, claimed),
    conditions: deployment.status?.conditions ?? [],
    revision: deployment.metadata.annotations?.[REVISION],
  }
}

/** Adds the status, where it has changed. `plain`: without a judgement on progress. */
export function endPass(pass: Pass, kind: 'plain' | 'rollout'): DeploymentDecision {
  const { deployment, actions, nowMs, revision } = pass
  const status = kind === 'plain' ? plainStatus(pass, nowMs) : rolloutStatus(pass, nowMs)
  const { annotations } = deployment.metadata
  const isNewRevision = revision !== undefined && revision !== annotations?.[REVISION]
  if (isNewRevision || !isSame(status, deployment.status)) {
    const metadata = isNewRevision
      ? { ...deployment.metadata, annotations: { ...annotations, [REVISION]: revision } }
      : deployment.metadata
    actions.push({ type: 'update-status', deployment: { ...deployment, metadata, status } })
  }
  // Times in conditions are whole seconds: one more, and the deadline has surely passed.
  const dueMs = kind === 'rollout' ? progressDueMs(deployment, status) : undefined
  return { actions, requeueAt: dueMs === undefined ? undefined : dueMs + 1_000 }
}

/** Brings annotations and minReadySeconds of an existing new ReplicaSet up to date; that is no rollout. */
export function syncNewReplicaSet(pass: Pass): void {
  const { deployment, newest, olds, nowMs } = pass
  if (newest === undefined) return
  const current = newest.metadata.annotations ?? {}
  const annotations = newReplicaSetAnnotations(deployment, current, nextRevision(olds))
  const minReadySeconds = deployment.spec.minReadySeconds ?? 0
  const isCurrent = isSame(annotations, current)
  if (!isCurrent || (newest.spec.minReadySeconds ?? 0) !== minReadySeconds) {
    replaceReplicaSet(pass, {
      ...newest,
      metadata: { ...newest.metadata, annotations },
      spec: { ...newest.spec, minReadySeconds },
    })
  }
  pass.revision = annotations[REVISION] ?? pass.revision
  if (progressDeadlineMs(deployment) === undefined) return
  if (findCondition(pass.conditions, PROGRESSING) !== undefined) return
  const message = `Found new replica set "${newest.metadata.name}"`
  const because = { reason: FOUND_NEW_REPLICA_SET, message }
  pass.conditions = withCondition(
    pass.conditions,
    newCondition(PROGRESSING, 'True', because, nowMs),
  )
}

export function createNewReplicaSet(pass: Pass): ReplicaSet {
  const { deployment, olds, nowMs } = pass
  const newest = buildReplicaSet(deployment, olds)
  const { name, annotations } = newest.metadata
  pass.newest = newest
  pass.revision = annotations?.[REVISION]
  pass.actions.push({ type: 'create-replica-set', replicaSet: newest })
  if (sizeOf(newest) > 0) pass.actions.push(scalingEvent(name, 0, sizeOf(newest)))
  if (progressDeadlineMs(deployment) !== undefined) {
    const because = {
      reason: NEW_REPLICA_SET_CREATED,
      message: `Created new replica set "${name}"`,
    }
    pass.conditions = withCondition(
      pass.conditions,
      newCondition(PROGRESSING, 'True', because, nowMs),
    )
  }
  return newest
}

/** Gives ReplicaSets their sizes, with the annotations and events that go with it. */
export function resize(
  pass: Pass,
  resizes: readonly Resize[],
  { refreshesAll = false }: { refreshesAll?: boolean } = {},
): void {
  for (const { replicaSet, size } of resizes) {
    const { name } = replicaSet.metadata
    const current = [...pass.olds, pass.newest].find((one) => one?.metadata.name === name)
    if (current === undefined) continue
    const before = sizeOf(current)
    const annotations = { ...current.metadata.annotations, ...sizeAnnotations(pass.deployment) }
    const isStale = refreshesAll && !isSame(annotations, current.metadata.annotations)
    if (size === before && !isStale) continue
    replaceReplicaSet(pass, {
      ...current,
      metadata: { ...current.metadata, annotations },
      spec: { ...current.spec, replicas: size },
    })
    if (size !== before) pass.actions.push(scalingEvent(name, before, size))
  }
}

function replaceReplicaSet(pass: Pass, replicaSet: ReplicaSet): void {
  pass.actions.push({ type: 'update-replica-set', replicaSet })
  const { name } = replicaSet.metadata
  if (pass.newest?.metadata.name === name) pass.newest = replicaSet
  pass.olds = pass.olds.map((old) => (old.metadata.name === name ? replicaSet : old))
}
