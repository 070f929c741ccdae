import type { ApiObject } from '../api/meta.ts'
import { isApiError } from '../api/api-error.ts'
import type { Kind, ObjectOf } from '../api/kinds.ts'
import { NODE_LEASE_NAMESPACE } from '../api/lease.ts'
import type { Client } from '../client/client.ts'

/** Where the API server can be reached, for the Service of that purpose. */
export interface ApiAddress {
  readonly host: string
  readonly port: number
}

/** The first address of the range is the API server's own. */
const API_CLUSTER_IP = '10.96.0.1'
const NAME = 'kubernetes'

/**
 * The objects that every cluster has from its first second on: the namespaces of the system, and the Service
 * default/kubernetes with its endpoints. What is there already, from a run before, is left or brought up to date.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#initial-namespaces
 */
export async function createBootstrapObjects(client: Client, address: ApiAddress): Promise<void> {
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
      ports: [{ name: 'https', port: 443, targetPort: address.port, protocol: 'TCP' }],
    },
  })
  await replace(client, 'EndpointSlice', {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: NAME, namespace: 'default', labels: { 'kubernetes.io/service-name': NAME } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [address.host], conditions: { ready: true } }],
    ports: [{ name: 'https', port: address.port, protocol: 'TCP' }],
  })
  await replace(client, 'Endpoints', {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: {
      name: NAME,
      namespace: 'default',
      labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' },
    },
    subsets: [
      {
        addresses: [{ ip: address.host }],
        ports: [{ name: 'https', port: address.port, protocol: 'TCP' }],
      },
    ],
  })
}

async function createIfMissing<K extends Kind>(
  client: Client,
  kind: K,
  object: ObjectOf<K>,
): Promise<boolean> {
  try {
    await client.create(kind, object)
    return true
  } catch (error) {
    if (isApiError(error, 'AlreadyExists')) return false
    throw error
  }
}

/** The port is another one after each start. */
async function replace<K extends Kind>(
  client: Client,
  kind: K,
  object: ObjectOf<K> & ApiObject,
): Promise<void> {
  if (!(await createIfMissing(client, kind, object))) await client.update(kind, object)
}
