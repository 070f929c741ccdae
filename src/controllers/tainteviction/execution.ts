import { isApiError } from '../../api/api-error.ts'
import type { Condition } from '../../api/meta.ts'
import type { Pod } from '../../api/pod.ts'
import { formatTimestamp } from '../../base/timestamp.ts'
import type { Client } from '../../client/client.ts'
import { keepTransitionTime, withoutCondition } from '../condition-list.ts'

/** Says in the pod's conditions why it goes, and deletes it. Rejects with ApiError. */
export async function evictPod(client: Client, pod: Pod, nowMs: number): Promise<void> {
  try {
    await client.update('Pod', withDisruption(pod, nowMs), { subresource: 'status' })
    await client.delete('Pod', pod.metadata)
  } catch (error) {
    if (!isApiError(error, 'NotFound')) throw error
  }
}

function withDisruption(pod: Pod, nowMs: number): Pod {
  const { generation } = pod.metadata
  const condition: Condition = {
    type: 'DisruptionTarget',
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    status: 'True',
    reason: 'DeletionByTaintManager',
    message: 'Taint manager: deleting due to NoExecute taint',
    lastTransitionTime: formatTimestamp(nowMs),
  }
  const { conditions = [] } = pod.status ?? {}
  const current = conditions.find(({ type }) => type === condition.type)
  const next = keepTransitionTime(condition, current)
  return {
    ...pod,
    status: { ...pod.status, conditions: [...withoutCondition(conditions, next.type), next] },
  }
}
