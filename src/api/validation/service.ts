import { areEqual } from '../../base/equal-values.ts'
import { validateCidr, validateEndpointIp, validateIp } from './addresses.ts'
import {
  duplicate,
  forbidden,
  invalid,
  invalidAll,
  notSupported,
  required,
  type FieldFault,
} from './fault.ts'
import type { Field } from './field.ts'
import { checkNumber, checkText, checkWord, forbidPresent, requireChecked } from './field-checks.ts'
import { validatePort } from './handler.ts'
import { validateLabels } from './metadata.ts'
import { checkLabel, checkPortNumber, checkQualifiedName, checkSubdomain } from './names.ts'
import { validateClusterIps } from './service-addresses.ts'

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']
const AFFINITIES = ['ClientIP', 'None']
const PROTOCOLS = ['SCTP', 'TCP', 'UDP']
const POLICIES = ['Cluster', 'Local']
const DISTRIBUTIONS = ['PreferClose', 'PreferSameZone', 'PreferSameNode']
/** A day. */
const AFFINITY_SECONDS_MAX = 86_400
const SOURCE_RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges'
const TOPOLOGY_HINTS = 'service.kubernetes.io/topology-aware-hints'
const TOPOLOGY_MODE = 'service.kubernetes.io/topology-mode'
const ONLY_BALANCED = "may only be used when `type` is 'LoadBalancer'"

/** pkg/apis/core/validation/validation.go, validateService. Addresses are looked at first, as they are given first. */
export function validateService(service: Field): readonly FieldFault[] {
  const spec = service.field('spec')
  const addressFaults = validateClusterIps(spec)
  if (addressFaults.length > 0) return addressFaults
  const type = spec.field('type')
  const ports = spec.field('ports')
  const isHeadless = spec.field('clusterIP').text === 'None'
  const needsPorts = !isHeadless && type.text !== 'ExternalName'
  return [
    ...validateTopologyAnnotations(service.field('metadata', 'annotations')),
    ...(ports.items.length === 0 && needsPorts ? [required(ports)] : []),
    ...validateOfType(spec, type.text, isHeadless),
    ...validatePorts(ports),
    ...validateLabels(spec.field('selector').textsByKey, spec.field('selector')),
    ...validateAffinity(spec),
    ...validateExternalIps(spec.field('externalIPs')),
    ...(TYPES.includes(type.text) ? [] : [notSupported(type, type.text, TYPES)]),
    ...(type.text === 'ClusterIP' ? forbidNodePorts(ports) : []),
    ...repeatedPorts(ports),
    ...validateSourceRanges(service, type.text),
    ...validateBalancer(spec, type.text),
    ...validateTraffic(spec, type.text),
  ]
}

function validateTopologyAnnotations(annotations: Field): readonly FieldFault[] {
  const [hints, mode] = [annotations.field(TOPOLOGY_HINTS), annotations.field(TOPOLOGY_MODE)]
  if (!hints.isPresent || !mode.isPresent || hints.text === mode.text) return []
  const detail = `must match annotations[${TOPOLOGY_HINTS}] when both are specified`
  return [invalid(annotations.entry(TOPOLOGY_MODE), mode.text, detail)]
}

function validateOfType(spec: Field, type: string, isHeadless: boolean): readonly FieldFault[] {
  switch (type) {
    case 'LoadBalancer':
    case 'NodePort': {
      if (!isHeadless) return []
      const at = spec.field('clusterIPs').item(0)
      return [invalid(at, 'None', `may not be set to 'None' for ${type} services`)]
    }
    case 'ExternalName': {
      const name = spec.field('externalName')
      const domain = name.text.replace(/\.$/, '')
      const detail = 'may not be set for ExternalName services'
      return [
        ...(spec.field('clusterIPs').items.length > 0
          ? [forbidden(spec.child('clusterIPs'), detail)]
          : []),
        ...(spec.field('ipFamilies').items.length > 0
          ? [forbidden(spec.child('ipFamilies'), detail)]
          : []),
        ...forbidPresent(spec.field('ipFamilyPolicy'), detail),
        ...(domain === '' ? [required(name)] : invalidAll(name, domain, checkSubdomain(domain))),
      ]
    }
    default:
      return []
  }
}

function validatePorts(ports: Field): readonly FieldFault[] {
  const names = new Set<string>()
  const { items } = ports
  return items.flatMap((port) => {
    const [name, number] = [port.field('name'), port.field('port')]
    const [protocol, appProtocol] = [port.field('protocol'), port.field('appProtocol')]
    const isRepeated = name.text !== '' && names.has(name.text)
    names.add(name.text)
    return [
      ...(items.length > 1 ? requireChecked(name, checkLabel) : checkText(name, checkLabel)),
      ...(isRepeated ? [duplicate(name, name.text)] : []),
      ...invalidAll(number, number.number ?? 0, checkPortNumber(number.number ?? 0)),
      ...(protocol.text === '' ? [required(protocol)] : checkWord(protocol, PROTOCOLS)),
      ...validatePort(port.field('targetPort')),
      ...(appProtocol.isPresent
        ? invalidAll(appProtocol, appProtocol.text, checkQualifiedName(appProtocol.text))
        : []),
    ]
  })
}

/** https://kubernetes.io/docs/reference/networking/virtual-ips/#session-affinity */
function validateAffinity(spec: Field): readonly FieldFault[] {
  const affinity = spec.field('sessionAffinity')
  const config = spec.field('sessionAffinityConfig')
  switch (affinity.text) {
    case 'None':
      return forbidPresent(config, 'must not be set when session affinity is None')
    case 'ClientIP': {
      const timeout = config.field('clientIP', 'timeoutSeconds')
      return checkNumber(timeout, (seconds) =>
        seconds > 0 && seconds <= AFFINITY_SECONDS_MAX
          ? []
          : [`must be greater than 0 and less than ${AFFINITY_SECONDS_MAX}`],
      )
    }
    case '':
      return [required(affinity)]
    default:
      return [notSupported(affinity, affinity.text, AFFINITIES)]
  }
}

function validateExternalIps(addresses: Field): readonly FieldFault[] {
  return addresses.items.flatMap((address) => {
    const faults = validateIp(address)
    return faults.length > 0 ? faults : validateEndpointIp(address)
  })
}

function forbidNodePorts(ports: Field): readonly FieldFault[] {
  return ports.items
    .map((port) => port.field('nodePort'))
    .filter(({ number }) => (number ?? 0) !== 0)
    .map((port) => forbidden(port, "may not be used when `type` is 'ClusterIP'"))
}

function repeatedPorts(ports: Field): readonly FieldFault[] {
  const [numbers, nodePorts] = [new Set<string>(), new Set<string>()]
  const onNodes = ports.items.flatMap((port) => {
    const nodePort = port.field('nodePort')
    const key = `${port.field('protocol').text} ${nodePort.number}`
    if ((nodePort.number ?? 0) === 0) return []
    if (nodePorts.has(key)) return [duplicate(nodePort, nodePort.number)]
    nodePorts.add(key)
    return []
  })
  const onService = ports.items.flatMap((port) => {
    const protocol = port.field('protocol').text
    const number = port.field('port').number ?? 0
    const key = `${protocol} ${number}`
    if (numbers.has(key)) return [duplicate(port, printedPort(number, protocol))]
    numbers.add(key)
    return []
  })
  return [...onNodes, ...onService]
}

/** The server prints its own structure, of which only the protocol and the port are filled in. */
function printedPort(port: number, protocol: string): object {
  return {
    Name: '',
    Protocol: protocol,
    AppProtocol: null,
    Port: port,
    TargetPort: 0,
    NodePort: 0,
  }
}

/** By field, or by an annotation of old; the field is printed with a capital. */
function validateSourceRanges(service: Field, type: string): readonly FieldFault[] {
  const field = service.field('spec', 'loadBalancerSourceRanges')
  const ranges = field.at(service.child('spec', 'LoadBalancerSourceRanges'))
  const annotation = service.field('metadata', 'annotations', SOURCE_RANGES)
  if (ranges.items.length > 0) {
    return [
      ...(type === 'LoadBalancer' ? [] : [forbidden(ranges, ONLY_BALANCED)]),
      ...ranges.items.flatMap((range) => validateCidr(trimmed(range, range.text))),
    ]
  }
  if (!annotation.isPresent) return []
  const at = annotation.at(service.child('metadata', 'annotations').entry(SOURCE_RANGES))
  const cidrs = annotation.text.trim() === '' ? [] : annotation.text.split(',')
  return [
    ...(type === 'LoadBalancer' ? [] : [forbidden(at, ONLY_BALANCED)]),
    ...cidrs.flatMap((cidr) => validateCidr(trimmed(at, cidr))),
  ]
}

function trimmed(field: Field, text: string): Field {
  return field.withValue(text.trim())
}

function validateBalancer(spec: Field, type: string): readonly FieldFault[] {
  const className = spec.field('loadBalancerClass')
  if (type === 'LoadBalancer') {
    return className.isPresent
      ? invalidAll(className, className.text, checkQualifiedName(className.text))
      : []
  }
  return [
    ...forbidPresent(spec.field('allocateLoadBalancerNodePorts'), ONLY_BALANCED),
    ...forbidPresent(className, ONLY_BALANCED),
  ]
}

/** Whether anybody outside the cluster can reach it. */
function isExternal(spec: Field, type: string): boolean {
  if (type === 'ClusterIP') return spec.field('externalIPs').items.length > 0
  return type === 'LoadBalancer' || type === 'NodePort'
}

/** https://kubernetes.io/docs/reference/networking/virtual-ips/#traffic-policies */
function validateTraffic(spec: Field, type: string): readonly FieldFault[] {
  const external = spec.field('externalTrafficPolicy')
  const health = spec.field('healthCheckNodePort')
  const needsHealth = type === 'LoadBalancer' && external.text === 'Local'
  const distribution = spec.field('trafficDistribution')
  return [
    ...(isExternal(spec, type)
      ? checkWord(external, POLICIES)
      : external.text === ''
        ? []
        : [invalid(external, external.text, 'may only be set for externally-accessible services')]),
    ...checkNumber(health, (port) => {
      if (port === 0) return []
      if (needsHealth) return checkPortNumber(port)
      return [
        "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
      ]
    }),
    ...checkWord(spec.field('internalTrafficPolicy'), POLICIES),
    ...checkWord(distribution, DISTRIBUTIONS),
  ]
}

/** What may not change once it is given (ValidateServiceUpdate). */
export function validateServiceUpdate(next: Field, previous: Field): readonly FieldFault[] {
  const [before, after] = [previous.field('type').text, next.field('type').text]
  const [classBefore, classAfter] = [
    previous.field('loadBalancerClass'),
    next.field('loadBalancerClass'),
  ]
  const staysBalanced = before === 'LoadBalancer' && after === 'LoadBalancer'
  const health = next.field('healthCheckNodePort')
  const keepsHealth =
    staysBalanced &&
    [previous, next].every((spec) => spec.field('externalTrafficPolicy').text === 'Local')
  return [
    ...changedAddresses(next, previous),
    ...changedFamilies(next, previous),
    ...(staysBalanced && !areEqual(classBefore.value, classAfter.value)
      ? [invalid(classAfter, classAfter.value, 'may not change once set')]
      : []),
    ...validateBalancerClass(next, after),
    ...(keepsHealth && health.number !== previous.field('healthCheckNodePort').number
      ? [forbidden(health, 'field is immutable')]
      : []),
  ]
}

/** An update looks at the class twice. */
function validateBalancerClass(spec: Field, type: string): readonly FieldFault[] {
  const className = spec.field('loadBalancerClass')
  if (!className.isPresent) return []
  return type === 'LoadBalancer'
    ? invalidAll(className, className.text, checkQualifiedName(className.text))
    : [forbidden(className, ONLY_BALANCED)]
}

function isHeadless(spec: Field): boolean {
  return spec.field('clusterIPs').texts[0] === 'None'
}

/** An address is kept as long as the Service has one; leaving it out keeps it too. */
function changedAddresses(next: Field, previous: Field): readonly FieldFault[] {
  const isNamed = [next, previous].some((spec) => spec.field('type').text === 'ExternalName')
  if (isNamed || (isHeadless(next) && isHeadless(previous))) return []
  const [before, after] = [previous.field('clusterIPs').texts, next.field('clusterIPs')]
  return before.flatMap((address, index) => {
    const changed = after.texts[index]
    if (changed === undefined || changed === address) return []
    return [invalid(after.item(index), after.texts, 'may not change once set')]
  })
}

function changedFamilies(next: Field, previous: Field): readonly FieldFault[] {
  const isNamed = [next, previous].some((spec) => spec.field('type').text === 'ExternalName')
  if (isNamed || isHeadless(next) || isHeadless(previous)) return []
  const [before, after] = [previous.field('ipFamilies').texts, next.field('ipFamilies')]
  return before.flatMap((family, index) => {
    const changed = after.texts[index]
    if (changed === undefined || changed === family) return []
    return [invalid(after.item(0), after.texts, 'may not change once set')]
  })
}
