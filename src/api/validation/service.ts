import type { ServicePort, ServiceSpec } from '../service.ts'
import {
  duplicate,
  forbidden,
  invalid,
  invalidAll,
  notSupported,
  required,
  type Draft,
  type FieldFault,
  type FieldPath,
} from './fault.ts'
import { validateLabels } from './metadata.ts'
import { checkLabel, checkPortNumber, checkPortReference, isIpAddress } from './names.ts'

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']
const AFFINITIES = ['ClientIP', 'None']
const PROTOCOLS = ['SCTP', 'TCP', 'UDP']

/** pkg/apis/core/validation/validation.go, ValidateService. */
export function validateServiceSpec(
  spec: Draft<ServiceSpec> = {},
  at: FieldPath,
): readonly FieldFault[] {
  const { type = 'ClusterIP', ports = [], sessionAffinity: affinity, selector } = spec
  const needsPorts = type !== 'ExternalName' && spec.clusterIP !== 'None'
  const portsAt = at.child('ports')
  return [
    ...(ports.length === 0 && needsPorts ? [required(portsAt)] : []),
    ...ports.flatMap((port, index) =>
      validatePort(port, { index, isOnlyOne: ports.length === 1 }, portsAt),
    ),
    ...validateLabels(selector, at.child('selector')),
    ...(affinity === undefined || AFFINITIES.includes(affinity)
      ? []
      : [notSupported(at.child('sessionAffinity'), affinity, AFFINITIES)]),
    ...validateNodePorts(type, ports, portsAt),
    ...repeatedPorts(ports, portsAt),
    ...validateAddressing(spec, type, at),
  ]
}

function validatePort(
  { name = '', port = 0, targetPort, protocol }: Draft<ServicePort>,
  { index, isOnlyOne }: { readonly index: number; readonly isOnlyOne: boolean },
  list: FieldPath,
): readonly FieldFault[] {
  const at = list.item(index)
  const target = targetPort ?? port
  return [
    ...(name === ''
      ? isOnlyOne
        ? []
        : [required(at.child('name'))]
      : invalidAll(at.child('name'), name, checkLabel(name))),
    ...invalidAll(at.child('port'), port, checkPortNumber(port)),
    ...(protocol === undefined || PROTOCOLS.includes(protocol)
      ? []
      : [notSupported(at.child('protocol'), protocol, PROTOCOLS)]),
    ...(target === ''
      ? []
      : invalidAll(at.child('targetPort'), target, checkPortReference(target))),
  ]
}

function validateNodePorts(
  type: string,
  ports: readonly Draft<ServicePort>[],
  at: FieldPath,
): readonly FieldFault[] {
  if (type !== 'ClusterIP') return []
  return ports.flatMap(({ nodePort = 0 }, index) =>
    nodePort === 0
      ? []
      : [forbidden(at.item(index).child('nodePort'), "may not be used when `type` is 'ClusterIP'")],
  )
}

function repeatedPorts(ports: readonly Draft<ServicePort>[], at: FieldPath): readonly FieldFault[] {
  const names = new Set<string>()
  const numbers = new Set<string>()
  return ports.flatMap(({ name = '', port = 0, protocol = 'TCP' }, index) => {
    const place = at.item(index)
    const number = `${protocol} ${port}`
    const faults = [
      ...(name !== '' && names.has(name) ? [duplicate(place.child('name'), name)] : []),
      ...(numbers.has(number) ? [duplicate(place, printedPort(port, protocol))] : []),
    ]
    names.add(name)
    numbers.add(number)
    return faults
  })
}

/** The server prints its own structure, of which only the protocol and the port are filled in. */
function printedPort(port: number, protocol: string): unknown {
  return {
    Name: '',
    Protocol: protocol,
    AppProtocol: null,
    Port: port,
    TargetPort: 0,
    NodePort: 0,
  }
}

function validateAddressing(
  spec: Draft<ServiceSpec>,
  type: string,
  at: FieldPath,
): readonly FieldFault[] {
  const { clusterIP = '' } = spec
  const addressAt = at.child('clusterIPs').item(0)
  const place = { path: addressAt.path, pointer: at.child('clusterIP').pointer }
  const onAddress = (detail: string): FieldFault => ({
    ...invalid(addressAt, clusterIP, detail),
    ...place,
  })
  switch (type) {
    case 'ExternalName':
      return (spec['externalName'] ?? '') === '' ? [required(at.child('externalName'))] : []
    case 'ClusterIP':
    case 'NodePort':
    case 'LoadBalancer':
      if (clusterIP === '') return []
      if (clusterIP === 'None') {
        if (type === 'ClusterIP') return []
        return [onAddress(`may not be set to 'None' for ${type} services`)]
      }
      if (isIpAddress(clusterIP)) return []
      return [onAddress('must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')]
    default:
      return [notSupported(at.child('type'), type, TYPES)]
  }
}
