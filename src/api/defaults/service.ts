import { isFields, type Fields } from '../../base/fields.ts'
import { fill, mapItems, withoutFields, withoutZeros } from './fill.ts'

/** Three hours. */
const AFFINITY_SECONDS = 10_800

/** pkg/apis/core/v1/defaults.go, and what the registry derives from it on an IPv4 cluster. */
export function defaultServiceSpec(spec: Fields): Fields {
  const filled = fill(withoutZeros(spec, SERVICE_ZEROS), {
    type: 'ClusterIP',
    sessionAffinity: 'None',
  })
  return withPorts(withAddressing(withAffinity(filled)))
}

const SERVICE_ZEROS = [
  'clusterIP',
  'clusterIPs',
  'ipFamilies',
  'publishNotReadyAddresses',
  'ports',
  'selector',
  'externalIPs',
  'externalName',
  'externalTrafficPolicy',
  'healthCheckNodePort',
  'loadBalancerIP',
  'loadBalancerSourceRanges',
  'sessionAffinity',
  'type',
]

function withAffinity(spec: Fields): Fields {
  if (spec['sessionAffinity'] === 'None') return withoutFields(spec, ['sessionAffinityConfig'])
  if (spec['sessionAffinity'] !== 'ClientIP') return spec
  const config = spec['sessionAffinityConfig']
  const client = isFields(config) ? config['clientIP'] : undefined
  const isTimed = isFields(client) && typeof client['timeoutSeconds'] === 'number'
  if (isTimed) return spec
  return { ...spec, sessionAffinityConfig: { clientIP: { timeoutSeconds: AFFINITY_SECONDS } } }
}

function withAddressing(spec: Fields): Fields {
  const { type, clusterIP } = spec
  const addressed = fill(spec, clusterIP === undefined ? {} : { clusterIPs: [clusterIP] })
  if (type === 'ExternalName') return addressed
  const isKnown = type === 'ClusterIP' || type === 'NodePort' || type === 'LoadBalancer'
  const isExternal = isKnown && (type !== 'ClusterIP' || spec['externalIPs'] !== undefined)
  return fill(addressed, {
    ipFamilies: ['IPv4'],
    ipFamilyPolicy: 'SingleStack',
    ...(isKnown ? { internalTrafficPolicy: 'Cluster' } : {}),
    ...(isExternal ? { externalTrafficPolicy: 'Cluster' } : {}),
    ...(type === 'LoadBalancer' ? { allocateLoadBalancerNodePorts: true } : {}),
  })
}

function withPorts(spec: Fields): Fields {
  return mapItems(spec, 'ports', (port) => {
    const target = port['targetPort']
    const zeros = target === 0 || target === '' ? ['targetPort', ...PORT_ZEROS] : PORT_ZEROS
    return fill(withoutZeros(port, zeros), { protocol: 'TCP', targetPort: port['port'] })
  })
}

const PORT_ZEROS = ['name', 'protocol', 'nodePort']
