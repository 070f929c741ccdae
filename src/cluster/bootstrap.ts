import { ApiError, isApiError } from '../api/api-error.ts'
import type { Kind, ObjectOf } from '../api/kinds.ts'
import { NODE_LEASE_NAMESPACE } from '../api/lease.ts'
import { throwLater } from '../base/throw-later.ts'
import type { Client } from '../client/client.ts'
import { getIfThere } from '../client/get-if-there.ts'
import type { Clock, Timer } from '../world/clock.ts'

/** The first address of the range is the API server's own. */
const API_CLUSTER_IP = '10.96.0.1'
const NAME = 'kubernetes'
/** Kubernetes' EndpointReconcilerConfig.Interval, with which it makes the Service anew. */
const LOOK_MS = 10_000

/**
 * Makes them, and again those that somebody has deleted. Resolves when they are there; what it returns ends it.
 */
export async function keepBootstrapObjects(
  { client, clock }: { readonly client: Client; readonly clock: Clock },
  port: number,
): Promise<() => Promise<void>> {
  await createBootstrapObjects(client, port)
  let stopped = false
  let timer: Timer | undefined
  const schedule = () => {
    if (stopped) return
    timer = clock.after(LOOK_MS, () => {
      working = createBootstrapObjects(client, port).catch(ignoreRefusal).then(schedule, throwLater)
    })
  }
  let working = Promise.resolve()
  schedule()
  return async () => {
    stopped = true
    timer?.cancel()
    await working
  }
}

/** It is tried again. */
function ignoreRefusal(error: unknown): void {
  if (!(error instanceof ApiError)) throw error
}

/**
 * The objects that every cluster has from its first second on: the namespaces of the system, and the Service
 * default/kubernetes. It has no endpoints: the API server listens on the host's loopback, where no pod reaches it.
 * What is there already, from a run before, is left.
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
  const { name, namespace } = object.metadata
  const key = namespace === undefined ? { name } : { name, namespace }
  if ((await getIfThere(client, kind, key)) !== undefined) return
  try {
    await client.create(kind, object)
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists')) throw error
  }
}
