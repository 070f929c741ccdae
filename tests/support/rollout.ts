import type { Client, ObjectName } from '../../src/client/client.ts'

/** What `kubectl rollout status` waits for, and no pod of an older version left. */
export async function isRolledOut(client: Client, name: ObjectName): Promise<boolean> {
  const { metadata, spec, status } = await client.get('Deployment', name)
  return (
    status?.observedGeneration === metadata.generation &&
    status?.updatedReplicas === spec.replicas &&
    status?.availableReplicas === spec.replicas &&
    status?.replicas === spec.replicas
  )
}
