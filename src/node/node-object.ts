import { isApiError } from '../api/api-error.ts'
import type { Node } from '../api/core.ts'
import { formatTimestamp } from '../base/timestamp.ts'
import type { Client } from '../client/client.ts'
import type { Clock } from '../world/clock.ts'

/**
 * Registers the node and says that it is ready, as the kubelet does at its start. An object of that
 * name that is already there is taken over. https://kubernetes.io/docs/concepts/architecture/nodes/
 */
export async function registerNode(
  client: Client,
  clock: Clock,
  { name, ip }: { readonly name: string; readonly ip: string },
): Promise<void> {
  const now = formatTimestamp(clock.wallMs())
  const status: NonNullable<Node['status']> = {
    conditions: [
      {
        type: 'Ready',
        status: 'True',
        reason: 'KubeletReady',
        message: 'kubelet is posting ready status',
        lastTransitionTime: now,
      },
    ],
    addresses: [
      { type: 'InternalIP', address: ip },
      { type: 'Hostname', address: name },
    ],
  }
  const labels = { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux' }
  try {
    const metadata = { name, labels }
    await client.create('Node', { apiVersion: 'v1', kind: 'Node', metadata, status })
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists')) throw error
  }
  // A create may leave the status out: it belongs to a subresource.
  await client.patch('Node', { name }, { status }, { subresource: 'status' })
}
