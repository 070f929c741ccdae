import { isApiError } from '../api/api-error.ts'
import type { ObjectOf } from '../api/kinds.ts'
import { SERVICE_NAME_LABEL } from '../api/service.ts'
import type { Client } from '../client/client.ts'
import { getIfThere } from '../client/get-if-there.ts'
import type { Address } from '../world/network.ts'

export const API_SERVICE = { namespace: 'default', name: 'kubernetes' } as const

const PORT_NAME = 'https'

/**
 * Where Service default/kubernetes leads: the API server writes it itself, as Endpoints and as the EndpointSlice of it.
 * `address` undefined: nowhere, and neither is there. What is right already is left.
 */
export async function writeApiEndpoint(
  client: Client,
  address: Address | undefined,
): Promise<void> {
  if (address === undefined) {
    await remove(client, 'Endpoints')
    await remove(client, 'EndpointSlice')
    return
  }
  const { host, port } = address
  await write(client, 'Endpoints', {
    apiVersion: 'v1',
    kind: 'Endpoints',
    // Its mirror is written here as well.
    metadata: { ...API_SERVICE, labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
    subsets: [{ addresses: [{ ip: host }], ports: [{ name: PORT_NAME, port, protocol: 'TCP' }] }],
  })
  await write(client, 'EndpointSlice', {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { ...API_SERVICE, labels: { [SERVICE_NAME_LABEL]: API_SERVICE.name } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [host], conditions: { ready: true } }],
    ports: [{ name: PORT_NAME, port, protocol: 'TCP' }],
  })
}

type EndpointKind = 'Endpoints' | 'EndpointSlice'

async function write<K extends EndpointKind>(
  client: Client,
  kind: K,
  wanted: ObjectOf<K>,
): Promise<void> {
  const found = await getIfThere(client, kind, API_SERVICE)
  if (found === undefined) {
    await client.create(kind, wanted)
  } else if (contentOf(found) !== contentOf(wanted)) {
    await client.update(kind, {
      ...found,
      ...wanted,
      metadata: {
        ...found.metadata,
        labels: { ...found.metadata.labels, ...wanted.metadata.labels },
      },
    })
  }
}

/** All that is said here, and nothing that a server adds. */
function contentOf(object: ObjectOf<EndpointKind>): string {
  if (object.kind === 'Endpoints') {
    const label = object.metadata.labels?.['endpointslice.kubernetes.io/skip-mirror']
    return JSON.stringify([
      label,
      object.subsets?.map(({ addresses, ports }) => [
        addresses?.map(({ ip }) => ip),
        ports?.map(({ port }) => port),
      ]),
    ])
  }
  const { metadata, endpoints, ports } = object
  return JSON.stringify([
    metadata.labels?.[SERVICE_NAME_LABEL],
    (endpoints ?? []).map(({ addresses, conditions }) => [addresses, conditions?.ready]),
    ports?.map(({ port }) => port),
  ])
}

async function remove(client: Client, kind: EndpointKind): Promise<void> {
  if ((await getIfThere(client, kind, API_SERVICE)) === undefined) return
  try {
    await client.delete(kind, API_SERVICE)
  } catch (error) {
    if (!isApiError(error, 'NotFound')) throw error
  }
}
