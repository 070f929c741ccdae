import { fill, mapItems, withoutZeros, type Fields } from './fill.ts'

/** pkg/apis/core/v1/defaults.go, and what the registry derives from it on an IPv4 cluster. */
export function defaultServiceSpec(spec: Fields): Fields {
  const filled = fill(withoutZeros(spec, ['clusterIP', 'publishNotReadyAddresses', 'ports']), {
    type: 'ClusterIP',
    sessionAffinity: 'None',
  })
  return withPorts(withAddressing(withAffinity(filled)))
}

function withAffinity(spec: Fields): Fields {
  if (spec['sessionAffinity'] !== 'ClientIP') return spec
  return fill(spec, { sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } } })
}

function withAddressing(spec: Fields): Fields {
  const { type, clusterIP } = spec
  if (type === 'ExternalName') return spec
  return fill(spec, {
    ...(clusterIP === undefined ? {} : { clusterIPs: [clusterIP] }),
    ipFamilies: ['IPv4'],
    ipFamilyPolicy: 'SingleStack',
    internalTrafficPolicy: 'Cluster',
    ...(type === 'ClusterIP' ? {} : { externalTrafficPolicy: 'Cluster' }),
    ...(type === 'LoadBalancer' ? { allocateLoadBalancerNodePorts: true } : {}),
  })
}

function withPorts(spec: Fields): Fields {
  return mapItems(spec, 'ports', (port) => {
    const target = port['targetPort']
    const kept = target === 0 || target === '' ? withoutZeros(port, ['targetPort']) : port
    return fill(kept, { protocol: 'TCP', targetPort: port['port'] })
  })
}
