import type {
  Endpoint,
  EndpointAddress,
  EndpointPort,
  Endpoints,
  EndpointSlice,
} from '../service.ts'
import { ageOf } from './age.ts'
import { tableOf } from './resource-table.ts'

/** More are counted only. */
const SHOWN_MAX = 3

export const ENDPOINTS_TABLE = tableOf<Endpoints>('Endpoints', ({ metadata, subsets }, nowMs) => {
  const addresses = (subsets ?? []).flatMap(({ addresses = [], ports = [] }) =>
    ports.length === 0 ? addresses.map(({ ip }) => ip) : joined(addresses, ports),
  )
  const none = subsets === undefined || subsets.length === 0
  return [
    metadata.name,
    none ? '<none>' : formatFirst(addresses),
    ageOf(metadata.creationTimestamp, nowMs),
  ]
})

export const ENDPOINT_SLICE_TABLE = tableOf<EndpointSlice>(
  'EndpointSlice',
  ({ metadata, addressType, ports, endpoints }, nowMs) => [
    metadata.name,
    addressType,
    orUnset(
      (ports ?? []).map(({ port, name }) => (port === undefined ? (name ?? '*') : `${port}`)),
    ),
    orUnset((endpoints ?? []).flatMap(({ addresses }: Endpoint) => addresses)),
    ageOf(metadata.creationTimestamp, nowMs),
  ],
)

/** Each address with the first port, then each with the second. */
function joined(
  addresses: readonly EndpointAddress[],
  ports: readonly EndpointPort[],
): readonly string[] {
  return ports.flatMap(({ port = 0 }) =>
    addresses.map(({ ip }) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`)),
  )
}

function orUnset(all: readonly string[]): string {
  const text = formatFirst(all)
  return text === '' ? '<unset>' : text
}

function formatFirst(all: readonly string[]): string {
  const shown = all.slice(0, SHOWN_MAX).join(',')
  const hidden = all.length - SHOWN_MAX
  return hidden > 0 ? `${shown} + ${hidden} more...` : shown
}
