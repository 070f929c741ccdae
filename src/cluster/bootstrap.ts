import { isApiError } from '../api/api-error.ts'
import type { Kind, ObjectOf } from '../api/kinds.ts'
import { NODE_LEASE_NAMESPACE } from '../api/lease.ts'
import type { Client } from '../client/client.ts'

/** The first address of the range is the API server's own. */
const API_CLUSTER_IP = '10.96.0.1'
const NAME = 'kubernetes'

/**
 * The objects that every cluster has from its first second on: the namespaces of the system, and the Service
 * default/kubernetes. It has no endpoints: the API server listens on the host's loopback, where no pod reaches it.
 * What is there already, from a run before, is left.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#initial-namespaces
 */
export async function createBootstrapObjects(client: Client, port: number): Promise<void> {
  for (const name of ['default', 'kube-system', 'kube-public', NODE_LEASE_NAMESPACE]) {
    await createIfMissing(client, 'Namespace', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name },
    })
  }
  const metadata = {
    name: NAME,
    namespace: 'default',
    labels: { component: 'apiserver', provider: 'kubernetes' },
  }
  await createIfMissing(client, 'Service', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: {
      clusterIP: API_CLUSTER_IP,
      ports: [{ name: 'https', port: 443, targetPort: port, protocol: 'TCP' }],
    },
  })
}

async function createIfMissing<K extends Kind>(
  client: Client,
  kind: K,
  object: ObjectOf<K>,
): Promise<void> {
  try {
    await client.create(kind, object)
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists')) throw error
  }
}
