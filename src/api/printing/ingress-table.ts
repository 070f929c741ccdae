import type { Ingress, IngressClass, IngressRule } from '../ingress.ts'
import { ageOf } from './age.ts'
import { balancerAddresses } from './balancer-addresses.ts'
import { tableOf } from './resource-table.ts'

const HOSTS_MAX = 3

export const INGRESS_TABLE = tableOf<Ingress>('Ingress', ({ metadata, spec, status }, nowMs) => [
  metadata.name,
  spec?.ingressClassName ?? '<none>',
  formatHosts(spec?.rules ?? []),
  balancerAddresses(status?.loadBalancer).join(','),
  (spec?.tls ?? []).length > 0 ? '80, 443' : '80',
  ageOf(metadata.creationTimestamp, nowMs),
])

export const INGRESS_CLASS_TABLE = tableOf<IngressClass>(
  'IngressClass',
  ({ metadata, spec }, nowMs) => [
    metadata.name,
    spec?.controller ?? '',
    formatParameters(spec?.parameters),
    ageOf(metadata.creationTimestamp, nowMs),
  ],
)

/** Rules without a host take no place, but count among those that are not shown, as in Kubernetes. */
function formatHosts(rules: readonly IngressRule[]): string {
  const hosts: string[] = []
  for (const { host = '' } of rules) {
    if (hosts.length === HOSTS_MAX) {
      return `${hosts.join(',')} + ${rules.length - HOSTS_MAX} more...`
    }
    if (host !== '') hosts.push(host)
  }
  return hosts.length === 0 ? '*' : hosts.join(',')
}

type Parameters = NonNullable<IngressClass['spec']>['parameters']

function formatParameters(parameters: Parameters): string {
  if (parameters === undefined) return '<none>'
  const { kind, apiGroup, name } = parameters
  return apiGroup === undefined ? `${kind}/${name}` : `${kind}.${apiGroup}/${name}`
}
