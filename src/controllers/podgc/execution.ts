import type { Condition } from '../../api/meta.ts'
import { isPodTerminal, type Pod } from '../../api/pod.ts'
import { formatTimestamp } from '../../base/timestamp.ts'
import type { Client } from '../../client/client.ts'
import { findCondition, keepTransitionTime, withoutCondition } from '../condition-list.ts'

export type Because = Pick<Condition, 'reason' | 'message'>

/** Why a pod of a lost node goes, in its condition DisruptionTarget. */
export const NODE_LOST: Because = {
  reason: 'DeletionByPodGC',
  message: 'PodGC: node no longer exists',
}

/**
 * Removes a pod whose node will not say of it that it has ended: it has failed, and goes without a grace period.
 * Rejects with ApiError.
 */
export async function forcePodOut(
  client: Client,
  pod: Pod,
  nowMs: number,
  because?: Because,
): Promise<void> {
  if (!isPodTerminal(pod)) {
    await client.update('Pod', asFailed(pod, nowMs, because), { subresource: 'status' })
  }
  const { uid } = pod.metadata
  await client.delete('Pod', pod.metadata, {
    gracePeriodSeconds: 0,
    ...(uid === undefined ? {} : { preconditions: { uid } }),
  })
}

function asFailed(pod: Pod, nowMs: number, because: Because | undefined): Pod {
  const { generation } = pod.metadata
  const observed = generation === undefined ? {} : { observedGeneration: generation }
  const { conditions = [] } = pod.status ?? {}
  const status = { ...pod.status, phase: 'Failed', ...observed } as const
  if (because === undefined) return { ...pod, status }
  const next: Condition = {
    type: 'DisruptionTarget',
    ...observed,
    status: 'True',
    ...because,
    lastTransitionTime: formatTimestamp(nowMs),
  }
  const condition = keepTransitionTime(next, findCondition(conditions, next.type))
  return {
    ...pod,
    status: { ...status, conditions: [...withoutCondition(conditions, next.type), condition] },
  }
}
