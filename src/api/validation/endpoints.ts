import { areEqual } from '../../base/equal-values.ts'
import { parseIp } from '../addresses.ts'
import { validateCanonicalIp, validateEndpointIp, validateIp } from './addresses.ts'
import {
  duplicate,
  invalid,
  invalidAll,
  notSupported,
  required,
  tooMany,
  type FieldFault,
} from './fault.ts'
import type { Field } from './field.ts'
import { checkText, checkWord } from './field-checks.ts'
import { validateLabels } from './metadata.ts'
import {
  checkLabel,
  checkLabelValue,
  checkPortNumber,
  checkQualifiedName,
  checkSubdomain,
} from './names.ts'

const PROTOCOLS = ['SCTP', 'TCP', 'UDP']
const ADDRESS_TYPES = ['FQDN', 'IPv4', 'IPv6']

const ENDPOINTS_MAX = 1000
const ADDRESSES_MAX = 100
const PORTS_MAX = 20_000
const TOPOLOGY_LABELS_MAX = 16
const HINTS_MAX = 8

/** pkg/apis/core/validation/validation.go, ValidateEndpoints. */
export function validateEndpoints(endpoints: Field): readonly FieldFault[] {
  return endpoints.field('subsets').items.flatMap((subset) => {
    const lists = ['addresses', 'notReadyAddresses'].map((name) => subset.field(name))
    const ports = subset.field('ports').items
    return [
      ...(lists.every(({ items }) => items.length === 0)
        ? [required(subset, 'must specify `addresses` or `notReadyAddresses`')]
        : []),
      ...lists.flatMap(({ items }) => items.flatMap(validateAddress)),
      ...ports.flatMap((port) => validateSubsetPort(port, ports.length > 1)),
    ]
  })
}

function validateAddress(address: Field): readonly FieldFault[] {
  const ip = address.field('ip')
  const nodeName = address.field('nodeName')
  return [
    ...validateIp(ip),
    ...checkText(address.field('hostname'), checkLabel),
    ...(nodeName.isPresent
      ? invalidAll(nodeName, nodeName.text, checkSubdomain(nodeName.text))
      : []),
    ...validateEndpointIp(ip),
  ]
}

function validateSubsetPort(port: Field, needsName: boolean): readonly FieldFault[] {
  const [name, number] = [port.field('name'), port.field('port')]
  const appProtocol = port.field('appProtocol')
  return [
    ...(name.text === '' && needsName ? [required(name)] : checkText(name, checkLabel)),
    ...invalidAll(number, number.number ?? 0, checkPortNumber(number.number ?? 0)),
    ...checkProtocol(port.field('protocol')),
    ...(appProtocol.isPresent
      ? invalidAll(appProtocol, appProtocol.text, checkQualifiedName(appProtocol.text))
      : []),
  ]
}

function checkProtocol(protocol: Field): readonly FieldFault[] {
  return protocol.text === '' ? [required(protocol)] : checkWord(protocol, PROTOCOLS)
}

/** pkg/apis/discovery/validation/validation.go, ValidateEndpointSlice. */
export function validateEndpointSlice(slice: Field): readonly FieldFault[] {
  const type = slice.field('addressType')
  return [
    ...(type.text === ''
      ? [required(type)]
      : ADDRESS_TYPES.includes(type.text)
        ? []
        : [notSupported(type, type.text, ADDRESS_TYPES)]),
    ...validateSlicePorts(slice.field('ports')),
    ...validateSliceEndpoints(slice.field('endpoints'), type.text),
  ]
}

export function validateEndpointSliceUpdate(next: Field, previous: Field): readonly FieldFault[] {
  const type = next.field('addressType')
  return areEqual(type.value, previous.field('addressType').value)
    ? []
    : [invalid(type, type.text, 'field is immutable')]
}

function validateSlicePorts(ports: Field): readonly FieldFault[] {
  const count = ports.items.length
  if (count > PORTS_MAX) return [tooMany(ports, count, PORTS_MAX)]
  const names = new Set<string>()
  return ports.items.flatMap((port) => {
    const name = port.field('name')
    const appProtocol = port.field('appProtocol')
    const isRepeated = names.has(name.text)
    names.add(name.text)
    return [
      ...checkText(name, checkLabel),
      ...(isRepeated ? [duplicate(name, name.text)] : []),
      ...(port.field('protocol').isPresent
        ? checkWord(port.field('protocol'), PROTOCOLS)
        : [required(port.field('protocol'))]),
      ...(appProtocol.isPresent
        ? invalidAll(appProtocol, appProtocol.text, checkQualifiedName(appProtocol.text))
        : []),
    ]
  })
}

function validateSliceEndpoints(endpoints: Field, type: string): readonly FieldFault[] {
  const count = endpoints.items.length
  if (count > ENDPOINTS_MAX) return [tooMany(endpoints, count, ENDPOINTS_MAX)]
  return endpoints.items.flatMap((endpoint) => {
    const [nodeName, hostname] = [endpoint.field('nodeName'), endpoint.field('hostname')]
    return [
      ...validateAddresses(endpoint.field('addresses'), type),
      ...(nodeName.isPresent
        ? invalidAll(nodeName, nodeName.text, checkSubdomain(nodeName.text))
        : []),
      ...validateTopology(endpoint.field('deprecatedTopology')),
      ...(hostname.isPresent ? invalidAll(hostname, hostname.text, checkLabel(hostname.text)) : []),
      ...validateHints(endpoint.field('hints')),
    ]
  })
}

function validateAddresses(addresses: Field, type: string): readonly FieldFault[] {
  const count = addresses.items.length
  return [
    ...(count === 0 ? [required(addresses, 'must contain at least 1 address')] : []),
    ...(count > ADDRESSES_MAX ? [tooMany(addresses, count, ADDRESSES_MAX)] : []),
    ...addresses.items.flatMap((address) => validateOfType(address, addresses, type)),
  ]
}

function validateOfType(address: Field, addresses: Field, type: string): readonly FieldFault[] {
  switch (type) {
    case 'IPv4':
    case 'IPv6': {
      const faults = type === 'IPv4' ? validateIp(address) : validateCanonicalIp(address)
      if (faults.length > 0) return faults
      const family = parseIp(address.text)?.family === 4 ? 'IPv4' : 'IPv6'
      return [
        ...(family === type
          ? []
          : [invalid(addresses, address.text, `must be an ${type} address`)]),
        ...validateEndpointIp(address),
      ]
    }
    case 'FQDN':
      return validateDomain(address)
    default:
      return []
  }
}

/** A name of at least two parts (IsFullyQualifiedDomainName). */
function validateDomain(address: Field): readonly FieldFault[] {
  if (address.text === '') return [required(address)]
  const name = address.text.replace(/\.$/, '')
  const details = checkSubdomain(name)
  if (details.length > 0) return [invalid(address, name, details.join(','))]
  const labels = name.split('.')
  if (labels.length < 2) {
    const detail = 'should be a domain with at least two segments separated by dots'
    return [invalid(address, name, detail)]
  }
  const wrong = labels.find((label) => checkLabel(label).length > 0)
  return wrong === undefined ? [] : [invalid(address, wrong, checkLabel(wrong).join(','))]
}

function validateTopology(topology: Field): readonly FieldFault[] {
  const labels = topology.entries
  return [
    ...(labels.length > TOPOLOGY_LABELS_MAX
      ? [tooMany(topology, labels.length, TOPOLOGY_LABELS_MAX)]
      : []),
    ...validateLabels(
      Object.fromEntries(labels.map(([key, value]) => [key, value.text])),
      topology,
    ),
  ]
}

/** https://kubernetes.io/docs/concepts/services-networking/topology-aware-routing/ */
function validateHints(hints: Field): readonly FieldFault[] {
  const zones = hints.field('forZones')
  if (zones.items.length > HINTS_MAX) return [tooMany(zones, zones.items.length, HINTS_MAX)]
  const nodes = hints.field('forNodes')
  return [
    ...validateHintNames(zones, checkLabelValue),
    ...(nodes.items.length > HINTS_MAX
      ? [tooMany(nodes, nodes.items.length, HINTS_MAX)]
      : validateHintNames(nodes, checkSubdomain)),
  ]
}

function validateHintNames(
  hints: Field,
  check: (name: string) => readonly string[],
): readonly FieldFault[] {
  const names = new Set<string>()
  return hints.items.flatMap((hint) => {
    const name = hint.field('name')
    const isRepeated = names.has(name.text)
    names.add(name.text)
    return [
      ...(isRepeated ? [duplicate(name, name.text)] : []),
      ...invalidAll(name, name.text, check(name.text)),
    ]
  })
}
