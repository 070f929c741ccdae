import type { ServicePort, ServiceSpec } from '../api/service.ts'
import type { FieldFault } from '../api/validation.ts'
import { randomInteger, type Random } from '../world/random.ts'
import { invalid } from './refusals.ts'
import { asKind, type Incoming, type Stored } from './stored.ts'

/** 10.96.0.0/16, kubeadm's default. Addresses are chosen above the band that is kept for requested ones. */
const ADDRESS_COUNT = 65_536
const FIRST_CHOSEN = 257
const NODE_PORT_FIRST = 30_000
const NODE_PORT_COUNT = 2_768

/**
 * Gives Services their ClusterIP and node ports: requested ones are honoured or refused, missing ones are
 * chosen at random, an update keeps what the Service has.
 * https://kubernetes.io/docs/concepts/services-networking/cluster-ip-allocation/
 */
export class ServiceAddresses {
  readonly #random: Random
  readonly #addresses = new Set<string>()
  readonly #nodePorts = new Set<number>()

  constructor(random: Random) {
    this.#random = random
    // The API server's own Service, `default/kubernetes`, has the first address everywhere.
    this.#addresses.add('10.96.0.1')
  }

  /** `next` with addresses of its own, which are not taken until `replace`. Throws Invalid. */
  assign<O extends Incoming>(next: O, previous: Stored | undefined): O {
    const spec = specOf(next)
    if (spec.type === 'ExternalName') return next
    const faults: FieldFault[] = []
    const addressed = {
      ...spec,
      ...this.#addressOf(spec, previous && specOf(previous), faults),
      ...this.#portsOf(spec, previous && specOf(previous), faults),
    }
    if (faults.length > 0) throw invalid('Service', next.metadata, faults)
    return { ...next, spec: addressed }
  }

  /** Takes what `next` has and gives back what only `previous` had. */
  replace(previous: Stored | undefined, next: Stored | undefined): void {
    const [before, after] = [previous && specOf(previous), next && specOf(next)]
    for (const port of nodePortsOf(before)) this.#nodePorts.delete(port)
    for (const port of nodePortsOf(after)) this.#nodePorts.add(port)
    if (before?.clusterIP !== undefined) this.#addresses.delete(before.clusterIP)
    if (after?.clusterIP !== undefined && after.clusterIP !== 'None') {
      this.#addresses.add(after.clusterIP)
    }
  }

  #addressOf(spec: ServiceSpec, previous: ServiceSpec | undefined, faults: FieldFault[]) {
    const wanted = spec.clusterIP ?? spec.clusterIPs?.[0]
    if (wanted === undefined) {
      const chosen = this.#chooseAddress()
      return { clusterIP: chosen, clusterIPs: [chosen] }
    }
    if (wanted !== 'None' && wanted !== previous?.clusterIP) {
      const why = this.#refusalOf(wanted)
      if (why !== undefined) {
        faults.push({
          path: 'spec.clusterIPs',
          pointer: '/spec/clusterIP',
          reason: 'FieldValueInvalid',
          message: `Invalid value: ["${wanted}"]: failed to allocate IP ${wanted}: ${why}`,
        })
      }
    }
    return { clusterIP: wanted, clusterIPs: [wanted] }
  }

  #refusalOf(address: string): string | undefined {
    if (!/^10\.96\.\d{1,3}\.\d{1,3}$/.test(address)) {
      return 'the provided network does not match the current range'
    }
    return this.#addresses.has(address) ? 'provided IP is already allocated' : undefined
  }

  #chooseAddress(): string {
    const choices = ADDRESS_COUNT - 1 - FIRST_CHOSEN
    const start = randomInteger(this.#random, choices)
    for (let step = 0; step < choices; step++) {
      const offset = FIRST_CHOSEN + ((start + step) % choices)
      const address = `10.96.${offset >> 8}.${offset & 255}`
      if (!this.#addresses.has(address)) return address
    }
    throw new Error('all addresses of 10.96.0.0/16 belong to Services')
  }

  #portsOf(spec: ServiceSpec, previous: ServiceSpec | undefined, faults: FieldFault[]) {
    if (spec.ports === undefined || !hasNodePorts(spec)) return {}
    const own = new Set(nodePortsOf(previous))
    const taken = new Set<number>()
    const ports = spec.ports.map((port, index) => {
      const wanted = port.nodePort
      const why = wanted === undefined ? undefined : this.#portRefusalOf(wanted, own)
      if (why !== undefined) {
        faults.push({
          path: `spec.ports[${index}].nodePort`,
          pointer: `/spec/ports/${index}/nodePort`,
          reason: 'FieldValueInvalid',
          message: `Invalid value: ${wanted}: ${why}`,
        })
      }
      const nodePort = wanted ?? this.#chooseNodePort(taken)
      taken.add(nodePort)
      return { ...port, nodePort }
    })
    return { ports }
  }

  #portRefusalOf(port: number, own: ReadonlySet<number>): string | undefined {
    if (port < NODE_PORT_FIRST || port >= NODE_PORT_FIRST + NODE_PORT_COUNT) {
      return 'provided port is not in the valid range. The range of valid ports is 30000-32767'
    }
    return this.#nodePorts.has(port) && !own.has(port)
      ? 'provided port is already allocated'
      : undefined
  }

  #chooseNodePort(taken: ReadonlySet<number>): number {
    const start = randomInteger(this.#random, NODE_PORT_COUNT)
    for (let step = 0; step < NODE_PORT_COUNT; step++) {
      const port = NODE_PORT_FIRST + ((start + step) % NODE_PORT_COUNT)
      if (!this.#nodePorts.has(port) && !taken.has(port)) return port
    }
    throw new Error('all ports of 30000-32767 belong to Services')
  }
}

/**
 * An update keeps the addresses that it leaves out, and a change of the type takes those of the old type
 * away where the user has not asked for others (patchAllocatedValues and dropTypeDependentFields).
 */
export function keepAddresses<O extends Incoming>(next: O, previous: Stored): O {
  const before = specOf(previous)
  return { ...next, spec: keepPorts(keepClusterIp(specOf(next), before), before) }
}

function keepClusterIp(spec: ServiceSpec, previous: ServiceSpec): ServiceSpec {
  if (spec.type === 'ExternalName') {
    if (spec.clusterIP !== previous.clusterIP) return spec
    const { clusterIP: _address, clusterIPs: _addresses, ...rest } = spec
    return rest
  }
  const { clusterIP = previous.clusterIP } = spec
  return clusterIP === undefined ? spec : { ...spec, clusterIP, clusterIPs: [clusterIP] }
}

function keepPorts(spec: ServiceSpec, previous: ServiceSpec): ServiceSpec {
  if (spec.ports === undefined || !hasNodePorts(previous)) return spec
  const ports = spec.ports.map((port) => {
    const old = previousNodePort(port, previous)
    if (hasNodePorts(spec)) return old === undefined ? port : { nodePort: old, ...port }
    const { nodePort, ...rest } = port
    return nodePort === old ? rest : port
  })
  return { ...spec, ports }
}

function specOf(service: Incoming): ServiceSpec {
  return asKind<'Service'>(service).spec
}

function hasNodePorts({ type }: ServiceSpec): boolean {
  return type === 'NodePort' || type === 'LoadBalancer'
}

function nodePortsOf(spec: ServiceSpec | undefined): readonly number[] {
  return (spec?.ports ?? []).flatMap(({ nodePort }) => (nodePort === undefined ? [] : [nodePort]))
}

function previousNodePort(
  port: ServicePort,
  previous: ServiceSpec | undefined,
): number | undefined {
  return previous?.ports?.find(
    (old) => old.port === port.port && (old.protocol ?? 'TCP') === (port.protocol ?? 'TCP'),
  )?.nodePort
}
