import { warnOfCidr, warnOfIp } from '../validation/addresses.ts'
import { Field } from '../validation/field.ts'

const TOPOLOGY_HINTS = 'service.kubernetes.io/topology-aware-hints'
const TOPOLOGY_MODE = 'service.kubernetes.io/topology-mode'

/** pkg/api/service/warnings.go. */
export function warnOfService(service: object): readonly string[] {
  const field = new Field(service)
  const spec = field.field('spec')
  const [type, address] = [spec.field('type').text, spec.field('clusterIP').text]
  const isHeadless = type === 'ClusterIP' && address === 'None'
  const [externalIps, balancerIp] = [spec.field('externalIPs'), spec.field('loadBalancerIP')]
  const isNamed = type === 'ExternalName'
  const hasIps = externalIps.items.length > 0
  return [
    ...(field.field('metadata', 'annotations').has(TOPOLOGY_HINTS)
      ? [`annotation ${TOPOLOGY_HINTS} is deprecated, please use ${TOPOLOGY_MODE} instead`]
      : []),
    ...(address === '' || address === 'None'
      ? []
      : spec.field('clusterIPs').items.flatMap(warnOfIp)),
    ...(isHeadless ? warnOfIgnored(spec) : []),
    ...externalIps.items.flatMap(warnOfIp),
    ...warnOfIp(balancerIp),
    ...spec.field('loadBalancerSourceRanges').items.flatMap(warnOfCidr),
    ...(isNamed && hasIps ? ['spec.externalIPs is ignored when spec.type is "ExternalName"'] : []),
    ...(!isNamed && spec.field('externalName').text !== ''
      ? ['spec.externalName is ignored when spec.type is not "ExternalName"']
      : []),
  ]
}

/** What means nothing to clients that go to the pods themselves. */
function warnOfIgnored(spec: Field): readonly string[] {
  const ignored = {
    loadBalancerIP: spec.field('loadBalancerIP').text !== '',
    externalIPs: spec.field('externalIPs').items.length > 0,
    SessionAffinity: spec.field('sessionAffinity').text !== 'None',
  }
  return Object.entries(ignored)
    .filter(([, isGiven]) => isGiven)
    .map(([name]) => `spec.${name} is ignored for headless services`)
}
