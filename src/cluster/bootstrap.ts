import { ApiError, isApiError } from '../api/api-error.ts'
import { CLUSTER_DNS_IP, DNS_PORT } from '../api/cluster-dns.ts'
import type { Kind, ObjectOf } from '../api/kinds.ts'
import { NODE_LEASE_NAMESPACE } from '../api/lease.ts'
import { throwLater } from '../base/throw-later.ts'
import type { Client } from '../client/client.ts'
import { getIfThere } from '../client/get-if-there.ts'
import type { Clock, Timer } from '../world/clock.ts'
import type { Address } from '../world/network.ts'
import { API_SERVICE, writeApiEndpoint } from './api-endpoint.ts'

/** The first address of the range is the API server's own. */
const API_CLUSTER_IP = '10.96.0.1'
/** Kubernetes' EndpointReconcilerConfig.Interval, with which it makes the Service anew. */
const LOOK_MS = 10_000

export interface BootstrapObjects {
  /** Where pods reach the API server; undefined: nowhere. Resolves when it is written. */
  announce(this: void, address: Address | undefined): Promise<void>
  stop(this: void): Promise<void>
}

/**
 * Makes them, and again those that somebody has deleted. Resolves when they are there.
 */
export async function keepBootstrapObjects(
  { client, clock }: { readonly client: Client; readonly clock: Clock },
  port: number,
): Promise<BootstrapObjects> {
  await createBootstrapObjects(client, port)
  let stopped = false
  let timer: Timer | undefined
  let announced: { readonly address: Address | undefined } | undefined
  const keep = async () => {
    await createBootstrapObjects(client, port)
    if (announced !== undefined) await writeApiEndpoint(client, announced.address)
  }
  const schedule = () => {
    if (stopped) return
    timer = clock.after(LOOK_MS, () => {
      working = keep().catch(ignoreRefusal).then(schedule, throwLater)
    })
  }
  let working = Promise.resolve()
  schedule()
  return {
    async announce(address) {
      announced = { address }
      await working
      await writeApiEndpoint(client, address).catch(ignoreRefusal)
    },
    async stop() {
      stopped = true
      timer?.cancel()
      await working
    },
  }
}

/** It is tried again. */
function ignoreRefusal(error: unknown): void {
  if (!(error instanceof ApiError)) throw error
}

/**
 * The objects that every cluster has from its first second on: the namespaces of the system, and the Services
 * default/kubernetes and kube-system/kube-dns. What is there already, from a run before, is left.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#initial-namespaces
 */
async function createBootstrapObjects(client: Client, port: number): Promise<void> {
  for (const name of ['default', 'kube-system', 'kube-public', NODE_LEASE_NAMESPACE]) {
    await createIfMissing(client, 'Namespace', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name },
    })
  }
  await createIfMissing(client, 'Service', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...API_SERVICE, labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: {
      clusterIP: API_CLUSTER_IP,
      ports: [{ name: 'https', port: 443, targetPort: port, protocol: 'TCP' }],
    },
  })
  // A Service that had its address before there was a DNS keeps it.
  await createIfMissing(client, 'Service', KUBE_DNS).catch(ignoreRefusal)
}

/** Without a selector or endpoints: hitless itself listens on its address. */
const KUBE_DNS: ObjectOf<'Service'> = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    name: 'kube-dns',
    namespace: 'kube-system',
    labels: { 'k8s-app': 'kube-dns', 'kubernetes.io/name': 'CoreDNS' },
  },
  spec: {
    clusterIP: CLUSTER_DNS_IP,
    ports: [
      { name: 'dns', port: DNS_PORT, targetPort: DNS_PORT, protocol: 'UDP' },
      { name: 'dns-tcp', port: DNS_PORT, targetPort: DNS_PORT, protocol: 'TCP' },
    ],
  },
}

async function createIfMissing<K extends Kind>(
  client: Client,
  kind: K,
  object: ObjectOf<K>,
): Promise<void> {
  const { name, namespace } = object.metadata
  const key = namespace === undefined ? { name } : { name, namespace }
  if ((await getIfThere(client, kind, key)) !== undefined) return
  try {
    await client.create(kind, object)
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists')) throw error
  }
}
