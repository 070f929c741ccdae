import { controllerOf } from '../../src/api/meta.ts'
import { isPodReady, isPodTerminal, isPodTerminating, type Pod } from '../../src/api/pod.ts'
import type { Deployment, ReplicaSet } from '../../src/api/workload.ts'
import type { Client } from '../../src/client/client.ts'

/**
 * Whether every status in the namespace tells of what there is. While one does not, a controller is busy, however long
 * it has been quiet: on a machine that is short of time that can be long.
 */
export async function isSettled(client: Client, namespace: string): Promise<boolean> {
  const { items: pods } = await client.list('Pod', { namespace })
  const { items: replicaSets } = await client.list('ReplicaSet', { namespace })
  const { items: deployments } = await client.list('Deployment', { namespace })
  return (
    replicaSets.every((replicaSet) => isReplicaSetSettled(replicaSet, pods)) &&
    deployments.every((deployment) => isDeploymentSettled(deployment, replicaSets))
  )
}

function isReplicaSetSettled(replicaSet: ReplicaSet, pods: readonly Pod[]): boolean {
  const { metadata, spec, status } = replicaSet
  if (metadata.deletionTimestamp !== undefined) return true
  const active = pods
    .filter((pod) => controllerOf(pod)?.uid === metadata.uid)
    .filter((pod) => !isPodTerminal(pod) && !isPodTerminating(pod))
  return (
    status?.observedGeneration === metadata.generation &&
    active.length === spec.replicas &&
    status?.replicas === active.length &&
    (status.readyReplicas ?? 0) === active.filter(isPodReady).length
  )
}

function isDeploymentSettled(
  { metadata, status }: Deployment,
  replicaSets: readonly ReplicaSet[],
): boolean {
  if (metadata.deletionTimestamp !== undefined) return true
  const owned = replicaSets.filter((one) => controllerOf(one)?.uid === metadata.uid)
  const total = (count: (one: ReplicaSet) => number | undefined) =>
    owned.reduce((sum, one) => sum + (count(one) ?? 0), 0)
  return (
    status?.observedGeneration === metadata.generation &&
    (status?.replicas ?? 0) === total((one) => one.status?.replicas) &&
    (status?.readyReplicas ?? 0) === total((one) => one.status?.readyReplicas) &&
    (status?.availableReplicas ?? 0) === total((one) => one.status?.availableReplicas)
  )
}
