import type { Pod } from '../../api/pod.ts'
import type { Service } from '../../api/service.ts'

/** The Service of the API server, which pods of all namespaces hear of, even those that want to hear of none. */
export const API_SERVICE = { namespace: 'default', name: 'kubernetes' } as const

/**
 * The variables of every Service with an address, in Kubernetes' and in Docker's form.
 * https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
 */
export function serviceVariables(
  { metadata, spec }: Pod,
  services: readonly Service[],
): ReadonlyMap<string, string> {
  const variables = new Map<string, string>()
  const { namespace = 'default' } = metadata
  const isWanted = (service: Service) =>
    isApiService(service) ||
    (service.metadata.namespace === namespace && spec['enableServiceLinks'] !== false)
  // One of the pod's own namespace wins over that of the API server.
  const ordered = services
    .filter(isWanted)
    .toSorted((a, b) => Number(isApiService(b)) - Number(isApiService(a)))
  for (const service of ordered) addService(variables, service)
  return variables
}

function isApiService({ metadata }: Service): boolean {
  return metadata.namespace === API_SERVICE.namespace && metadata.name === API_SERVICE.name
}

function addService(variables: Map<string, string>, { metadata, spec }: Service): void {
  const address = spec.clusterIP
  const first = spec.ports?.[0]
  if (address === undefined || address === '' || address === 'None' || first === undefined) return
  const host = address.includes(':') ? `[${address}]` : address
  const name = metadata.name.toUpperCase().replaceAll('-', '_')
  variables.set(`${name}_SERVICE_HOST`, address)
  variables.set(`${name}_SERVICE_PORT`, String(first.port))
  const firstProtocol = (first.protocol ?? 'TCP').toLowerCase()
  variables.set(`${name}_PORT`, `${firstProtocol}://${host}:${first.port}`)
  for (const { name: portName, port, protocol = 'TCP' } of spec.ports ?? []) {
    if (portName !== undefined && portName !== '') {
      const suffix = portName.toUpperCase().replaceAll('-', '_')
      variables.set(`${name}_SERVICE_PORT_${suffix}`, String(port))
    }
    const prefix = `${name}_PORT_${port}_${protocol}`
    variables.set(prefix, `${protocol.toLowerCase()}://${host}:${port}`)
    variables.set(`${prefix}_PROTO`, protocol.toLowerCase())
    variables.set(`${prefix}_PORT`, String(port))
    variables.set(`${prefix}_ADDR`, address)
  }
}
