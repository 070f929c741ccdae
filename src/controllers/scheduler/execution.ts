import type { Condition } from '../../api/meta.ts'
import type { Pod } from '../../api/pod.ts'
import type { Client } from '../../client/client.ts'
import { withoutCondition } from '../condition-list.ts'
import { POD_SCHEDULED, type SchedulingDecision } from './reconcile.ts'

/** Says in the pod's conditions what became of it. Conflict when somebody has changed it since it was looked at. */
export async function writeCondition(
  client: Client,
  pod: Pod,
  condition: Condition,
): Promise<void> {
  const conditions = [...withoutCondition(pod.status?.conditions, POD_SCHEDULED), condition]
  const next: Pod = { ...pod, status: { ...pod.status, conditions } }
  await client.update('Pod', next, { subresource: 'status' })
}

/** Where there is no binding, the condition comes first: once the node knows of the pod, the status is its to write. */
export async function bindPod(
  client: Client,
  pod: Pod,
  { nodeName, condition }: Extract<SchedulingDecision, { type: 'place' }>,
  nowMs: number,
): Promise<void> {
  if (client.bind !== undefined) return client.bind(pod.metadata, nodeName, nowMs)
  await writeCondition(client, pod, condition)
  await client.patch('Pod', pod.metadata, { spec: { nodeName } })
}
