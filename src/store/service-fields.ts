import type { ServicePort, ServiceSpec } from '../api/service.ts'
import { areEqual } from '../base/equal-values.ts'

// What the fields of a Service mean for each other when its type changes. The rules are those of
// pkg/registry/core/service: an update keeps what was allocated and takes away what the new type has no
// use for, unless the user has asked for something else, which is then refused.

export function needsAddress({ type }: ServiceSpec): boolean {
  return type !== 'ExternalName'
}

export function mayHaveNodePorts({ type }: ServiceSpec): boolean {
  return type === 'NodePort' || type === 'LoadBalancer'
}

/** The load balancer of a cloud asks this port of a node whether it has endpoints of its own. */
export function needsHealthCheckPort(spec: ServiceSpec): boolean {
  return spec.type === 'LoadBalancer' && spec['externalTrafficPolicy'] === 'Local'
}

/** A port without a node port gets one. */
export function allocatesNodePorts(spec: ServiceSpec): boolean {
  if (spec.type === 'LoadBalancer') return spec['allocateLoadBalancerNodePorts'] !== false
  return spec.type === 'NodePort'
}

export function healthCheckPortOf(spec: ServiceSpec): number | undefined {
  const port = spec['healthCheckNodePort']
  return typeof port === 'number' && port !== 0 ? port : undefined
}

export function nodePortsOf(spec: ServiceSpec | undefined): readonly number[] {
  return (spec?.ports ?? []).flatMap(({ nodePort = 0 }) => (nodePort === 0 ? [] : [nodePort]))
}

/** `next` with what was allocated for `previous` where `asked` leaves it out (patchAllocatedValues). */
export function keepAllocated(
  next: ServiceSpec,
  previous: ServiceSpec,
  asked: ServiceSpec,
): ServiceSpec {
  let kept = next
  if (needsAddress(previous) && needsAddress(next)) kept = keepAddress(kept, previous, asked)
  if (allocatesNodePorts(previous) && allocatesNodePorts(next)) kept = keepPorts(kept, previous)
  const port = healthCheckPortOf(previous)
  if (port !== undefined && needsHealthCheckPort(kept) && healthCheckPortOf(kept) === undefined) {
    kept = { ...kept, healthCheckNodePort: port }
  }
  return kept
}

function keepAddress(next: ServiceSpec, previous: ServiceSpec, asked: ServiceSpec): ServiceSpec {
  const clusterIP = asked.clusterIP || previous.clusterIP
  const ips = asked.clusterIPs ?? []
  const hasOld = ips.length === 0 || areEqual(ips, previous.clusterIPs)
  // One who only speaks of clusterIP means both.
  const clusterIPs = hasOld && clusterIP !== undefined ? [clusterIP] : ips
  return {
    ...next,
    ...(clusterIP === undefined ? {} : { clusterIP, clusterIPs }),
    ...inheritedFamilies(previous, asked),
  }
}

function inheritedFamilies(previous: ServiceSpec, asked: ServiceSpec): Partial<ServiceSpec> {
  return Object.fromEntries(
    ['ipFamilyPolicy', 'ipFamilies']
      .filter((field) => asked[field] === undefined && previous[field] !== undefined)
      .map((field) => [field, previous[field]]),
  )
}

/** By the name of the port; nothing else of it need stay the same. */
function keepPorts(spec: ServiceSpec, previous: ServiceSpec): ServiceSpec {
  if (spec.ports === undefined) return spec
  const old = new Map(previous.ports?.map(({ name = '', nodePort }) => [name, nodePort]))
  const before = new Set(nodePortsOf(previous))
  const used = new Set(nodePortsOf(spec).filter((port) => before.has(port)))
  const ports = spec.ports.map((port): ServicePort => {
    if ((port.nodePort ?? 0) !== 0) return port
    const { nodePort: _none, ...rest } = port
    const nodePort = old.get(port.name ?? '')
    return nodePort === undefined || used.has(nodePort) ? rest : { ...rest, nodePort }
  })
  return { ...spec, ports }
}

/**
 * A headless Service without a selector is for endpoints of which the cluster knows nothing: unless its
 * creator says otherwise they may be of both families.
 */
export function withFamilies(spec: ServiceSpec, asked: ServiceSpec): ServiceSpec {
  const { selector = {}, ipFamilyPolicy = 'RequireDualStack', ipFamilies = ['IPv4'] } = asked
  if (spec.clusterIP !== 'None' || Object.keys(selector).length > 0) return spec
  const isSingle = ipFamilyPolicy === 'SingleStack' || !Array.isArray(ipFamilies)
  const [first]: readonly unknown[] = isSingle ? [] : ipFamilies
  const other = first === 'IPv6' ? 'IPv4' : 'IPv6'
  const isShort = !isSingle && ipFamilies.length < 2
  return { ...spec, ipFamilyPolicy, ipFamilies: isShort ? [first ?? 'IPv4', other] : ipFamilies }
}

/** `next` without what only the type of `previous` has a use for (dropTypeDependentFields). */
export function dropUnused(next: ServiceSpec, previous: ServiceSpec): ServiceSpec {
  const dropped = new Set<string>()
  const drop = (field: string) => {
    if (areEqual(next[field], previous[field])) dropped.add(field)
  }
  if (needsAddress(previous) && !needsAddress(next)) {
    for (const field of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy']) drop(field)
    dropped.add('internalTrafficPolicy')
  }
  if (needsHealthCheckPort(previous) && !needsHealthCheckPort(next)) drop('healthCheckNodePort')
  if (previous.type === 'LoadBalancer' && next.type !== 'LoadBalancer') {
    drop('allocateLoadBalancerNodePorts')
    drop('loadBalancerClass')
  }
  if (mayHaveNodePorts(previous) && !mayHaveNodePorts(next)) drop('externalTrafficPolicy')
  const kept = Object.fromEntries(Object.entries(next).filter(([field]) => !dropped.has(field)))
  return mayHaveNodePorts(previous) && !mayHaveNodePorts(next)
    ? withoutOldPorts(kept, previous)
    : kept
}

/** A port that `previous` does not have was asked for: it stays, to be refused. */
function withoutOldPorts(spec: ServiceSpec, previous: ServiceSpec): ServiceSpec {
  const old = nodePortsOf(previous)
  if (spec.ports === undefined || nodePortsOf(spec).some((port) => !old.includes(port))) return spec
  return { ...spec, ports: spec.ports.map(({ nodePort: _old, ...port }) => port) }
}
