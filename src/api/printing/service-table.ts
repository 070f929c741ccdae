import type { Service, ServicePort } from '../service.ts'
import { ageOf } from './age.ts'
import { balancerAddresses } from './balancer-addresses.ts'
import { tableOf } from './resource-table.ts'

export const SERVICE_TABLE = tableOf<Service>('Service', (service, nowMs) => {
  const { metadata, spec } = service
  const ports = (spec.ports ?? []).map(formatPort)
  const selector = Object.entries(spec.selector ?? {}).map(([key, value]) => `${key}=${value}`)
  return [
    metadata.name,
    spec.type ?? '',
    spec.clusterIPs?.[0] ?? '<none>',
    externalAddress(service),
    ports.length === 0 ? '<none>' : ports.join(','),
    ageOf(metadata.creationTimestamp, nowMs),
    selector.length === 0 ? '<none>' : selector.toSorted().join(','),
  ]
})

function externalAddress({ spec, status }: Service): string {
  const external = spec.externalIPs ?? []
  switch (spec.type) {
    case 'ClusterIP':
    case 'NodePort':
      return external.length === 0 ? '<none>' : external.join(',')
    case 'LoadBalancer': {
      const all = [...balancerAddresses(status?.loadBalancer), ...external]
      return all.length === 0 ? '<pending>' : all.join(',')
    }
    case 'ExternalName':
      return spec.externalName ?? ''
    default:
      return '<unknown>'
  }
}

function formatPort({ port, nodePort = 0, protocol = 'TCP' }: ServicePort): string {
  return nodePort > 0 ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`
}
