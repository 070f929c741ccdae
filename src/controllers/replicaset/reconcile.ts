import { isPodReady, type Pod } from '../../api/pod.ts'
import { labelsMatch } from '../../api/selector.ts'
import type { ReplicaSet, ReplicaSetStatus } from '../../api/workload.ts'
import { formatTimestamp } from '../../base/timestamp.ts'
import { isSame } from '../canonical-json.ts'
import { findCondition, withCondition, withoutCondition } from '../condition-list.ts'
import { decideClaim, withController, withoutOwners } from '../ownership.ts'
import { availableAtMs, isPodActive } from '../pod-activity.ts'
import { compareForDeletion } from './deletion-rank.ts'
import type { ReplicaSetView } from './view.ts'

/** No pass creates or deletes more: the API is for others too. */
const BURST_REPLICAS = 500

const REPLICA_FAILURE = 'ReplicaFailure'
export const SUCCESSFUL_CREATE = 'SuccessfulCreate'
export const FAILED_CREATE = 'FailedCreate'
export const SUCCESSFUL_DELETE = 'SuccessfulDelete'
export const FAILED_DELETE = 'FailedDelete'

export interface ReplicaSetDecision {
  /** Pods with or without this ReplicaSet as their controller, to be written first. */
  readonly adopt: readonly Pod[]
  readonly release: readonly Pod[]
  readonly change:
    | { readonly type: 'none' }
    | { readonly type: 'create-pods'; readonly count: number; readonly pod: Pod }
    | { readonly type: 'delete-pods'; readonly pods: readonly Pod[] }
  /** The status to write once the change was made, or has failed with this message. Undefined: as it is. */
  readonly status: (failure: string | undefined) => ReplicaSetStatus | undefined
  /** Milliseconds since the Unix epoch: the next pod becomes available then. */
  readonly requeueAt: number | undefined
}

/**
 * One pass of a ReplicaSet (replica_set.go, syncReplicaSet): claims its pods, creates or deletes as many as
 * are missing or too many, and counts. Pods that have finished or are being deleted count for nothing, so a
 * replacement does not wait for them.
 * https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/#how-a-replicaset-works
 */
export function reconcileReplicaSet(view: ReplicaSetView, nowMs: number): ReplicaSetDecision {
  const { replicaSet } = view
  const { adopt, release, active } = claimPods(view)
  const minReadySeconds = replicaSet.spec.minReadySeconds ?? 0
  const flips = active
    .map((pod) => availableAtMs(pod, minReadySeconds))
    .filter((atMs): atMs is number => atMs !== undefined && atMs > nowMs)
  return {
    adopt,
    release,
    change: planChange(view, active, nowMs),
    status(failure) {
      const status = countStatus(view, active, { failure, nowMs })
      return isSame(status, replicaSet.status) ? undefined : status
    },
    requeueAt: flips.length === 0 ? undefined : Math.min(...flips),
  }
}

function claimPods({ replicaSet, pods }: ReplicaSetView): {
  readonly adopt: readonly Pod[]
  readonly release: readonly Pod[]
  readonly active: readonly Pod[]
} {
  const adopt: Pod[] = []
  const release: Pod[] = []
  const active: Pod[] = []
  for (const pod of pods) {
    if (!isPodActive(pod)) continue
    switch (decideClaim(replicaSet, replicaSet.spec.selector, pod)) {
      case 'keep':
        active.push(pod)
        break
      case 'adopt': {
        const adopted = withController(pod, replicaSet)
        adopt.push(adopted)
        active.push(adopted)
        break
      }
      case 'release':
        release.push(withoutOwners(pod, [replicaSet.metadata.uid ?? '']))
        break
      case 'ignore':
        break
    }
  }
  return { adopt, release, active }
}

function planChange(
  view: ReplicaSetView,
  active: readonly Pod[],
  nowMs: number,
): ReplicaSetDecision['change'] {
  const { replicaSet, isSettled } = view
  if (!isSettled || replicaSet.metadata.deletionTimestamp !== undefined) return { type: 'none' }
  const surplus = active.length - (replicaSet.spec.replicas ?? 1)
  if (surplus === 0) return { type: 'none' }
  if (surplus < 0) {
    return {
      type: 'create-pods',
      count: Math.min(-surplus, BURST_REPLICAS),
      pod: podFromTemplate(replicaSet),
    }
  }
  const count = Math.min(surplus, BURST_REPLICAS)
  return { type: 'delete-pods', pods: choosePodsToDelete(view, active, { count, nowMs }) }
}

/** The `count` pods whose loss hurts least; the order only matters where some stay. */
function choosePodsToDelete(
  { relatedPods }: Pick<ReplicaSetView, 'relatedPods'>,
  active: readonly Pod[],
  { count, nowMs }: { readonly count: number; readonly nowMs: number },
): readonly Pod[] {
  if (count >= active.length) return active
  const podsOnNode = new Map<string, number>()
  for (const { spec } of relatedPods().filter(isPodActive)) {
    const node = spec.nodeName ?? ''
    podsOnNode.set(node, (podsOnNode.get(node) ?? 0) + 1)
  }
  return active
    .map((pod) => ({ pod, podsOnNode: podsOnNode.get(pod.spec.nodeName ?? '') ?? 0 }))
    .toSorted((a, b) => compareForDeletion(a, b, nowMs))
    .slice(0, count)
    .map(({ pod }) => pod)
}

/** A pod as the template asks for it; the server chooses the end of its name. */
function podFromTemplate(replicaSet: ReplicaSet): Pod {
  const { template, selector } = replicaSet.spec
  const { labels = selector.matchLabels ?? {}, annotations, finalizers } = template?.metadata ?? {}
  const { name, namespace } = replicaSet.metadata
  return withController<Pod>(
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: '',
        generateName: `${name}-`,
        ...(namespace === undefined ? {} : { namespace }),
        labels,
        ...(annotations === undefined ? {} : { annotations }),
        ...(finalizers === undefined ? {} : { finalizers }),
      },
      spec: template?.spec ?? { containers: [] },
    },
    replicaSet,
  )
}

/** replica_set_utils.go, calculateStatus. Zeros are left out, as the server does, but for `replicas`. */
function countStatus(
  { replicaSet }: ReplicaSetView,
  active: readonly Pod[],
  { failure, nowMs }: { readonly failure: string | undefined; readonly nowMs: number },
): ReplicaSetStatus {
  const { metadata, spec, status } = replicaSet
  const templateLabels = spec.template?.metadata?.labels ?? {}
  const fullyLabeled = active.filter((pod) => labelsMatch(templateLabels, pod.metadata.labels))
  const ready = active.filter(isPodReady)
  const available = ready.filter((pod) => {
    const atMs = availableAtMs(pod, spec.minReadySeconds ?? 0)
    return atMs !== undefined && atMs <= nowMs
  })
  const conditions = failureConditions(replicaSet, active.length, { failure, nowMs })
  return {
    replicas: active.length,
    ...(fullyLabeled.length === 0 ? {} : { fullyLabeledReplicas: fullyLabeled.length }),
    ...(ready.length === 0 ? {} : { readyReplicas: ready.length }),
    ...(available.length === 0 ? {} : { availableReplicas: available.length }),
    ...(metadata.generation === undefined ? {} : { observedGeneration: metadata.generation }),
    ...(conditions.length === 0 && status?.conditions === undefined ? {} : { conditions }),
  }
}

/** The first failure stays until a pass succeeds. */
function failureConditions(
  { spec, status }: ReplicaSet,
  activeCount: number,
  { failure, nowMs }: { readonly failure: string | undefined; readonly nowMs: number },
) {
  const conditions = status?.conditions ?? []
  if (failure === undefined) return withoutCondition(conditions, REPLICA_FAILURE)
  if (findCondition(conditions, REPLICA_FAILURE) !== undefined) return conditions
  return withCondition(conditions, {
    type: REPLICA_FAILURE,
    status: 'True',
    reason: activeCount < (spec.replicas ?? 1) ? FAILED_CREATE : FAILED_DELETE,
    message: failure,
    lastTransitionTime: formatTimestamp(nowMs),
  })
}
