import { ApiError, internalError } from '../api/api-error.ts'
import type { ServicePort, ServiceSpec } from '../api/service.ts'
import type { FieldFault } from '../api/validation.ts'
import type { Random } from '../world/random.ts'
import { NumberPool } from './number-pool.ts'
import { invalid } from './refusals.ts'
import {
  addressFaults,
  isAddress,
  isInRange,
  offsetOf,
  printAddress,
} from './service-address-faults.ts'
import {
  allocatesNodePorts,
  dropUnused,
  healthCheckPortOf,
  keepAllocated,
  mayHaveNodePorts,
  needsAddress,
  needsHealthCheckPort,
  nodePortsOf,
  withFamilies,
} from './service-fields.ts'
import { asKind, type Incoming, type Stored } from './stored.ts'

/** 10.96.0.0/16, kubeadm's default. Addresses are chosen above the band that is kept for requested ones. */
const ADDRESSES = { first: 257, count: 65_535 - 257 }
const NODE_PORTS = { first: 30_000, count: 2_768 }
/** What a dry run is told instead of a free one: no address, and ports above the range. */
const DRY_RUN_ADDRESS = '10.96.0.0'
const DRY_RUN_PORT = 32_769

/**
 * Gives Services their ClusterIP and node ports: requested ones are honoured or refused, missing ones are
 * chosen at random, an update keeps what the Service has.
 * https://kubernetes.io/docs/concepts/services-networking/cluster-ip-allocation/
 */
export class ServiceAddresses {
  readonly #addresses: NumberPool
  readonly #ports: NumberPool

  constructor(random: Random) {
    this.#addresses = new NumberPool(ADDRESSES, random)
    this.#ports = new NumberPool(NODE_PORTS, random)
    // The API server's own Service, `default/kubernetes`, has the first address everywhere.
    this.#addresses.take(1)
  }

  /**
   * `service` with addresses of its own, which are not taken until `replace`; `asked` is the same before
   * anything was filled in. Throws ApiError.
   */
  assignNew<O extends Incoming>(service: O, asked: Incoming, dryRun: boolean): O {
    const spec = withFamilies(specOf(service), specOf(asked))
    refuse(service, addressFaults(spec))
    const addressed = needsAddress(spec) ? this.#withAddress(spec, service, dryRun) : spec
    return { ...service, spec: this.#withPorts(addressed, undefined, service, dryRun) }
  }

  /** The same for a change of `previous`. */
  assignUpdate<O extends Incoming>(next: O, previous: Stored, asked: Incoming, dryRun: boolean): O {
    const before = specOf(previous)
    const kept = keepAllocated(specOf(next), before, specOf(asked))
    refuse(next, addressFaults(kept))
    const isNew = !needsAddress(before) && needsAddress(kept)
    const addressed = isNew ? this.#withAddress(kept, next, dryRun) : kept
    const spec = dropUnused(this.#withPorts(addressed, before, next, dryRun), before)
    const { status, ...rest } = next
    // Without a load balancer there is nothing that one could have said.
    const isBalanced = spec.type === 'LoadBalancer' || status === undefined
    const kind = isBalanced ? status : { ...status, loadBalancer: {} }
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same object but for its spec and status
    return { ...rest, spec, ...(kind === undefined ? {} : { status: kind }) } as unknown as O
  }

  /** Takes what `next` has and gives back what only `previous` had. */
  replace(previous: Stored | undefined, next: Stored | undefined): void {
    const [before, after] = [previous && specOf(previous), next && specOf(next)]
    for (const port of allPortsOf(before)) this.#ports.giveBack(port)
    for (const port of allPortsOf(after)) this.#ports.take(port)
    for (const address of addressesOf(before)) this.#addresses.giveBack(offsetOf(address))
    for (const address of addressesOf(after)) this.#addresses.take(offsetOf(address))
  }

  #withAddress(spec: ServiceSpec, service: Incoming, dryRun: boolean): ServiceSpec {
    const wanted = spec.clusterIP
    if (wanted === 'None') return { ...spec, clusterIPs: ['None'] }
    if (wanted !== undefined && wanted !== '') {
      // What is no address at all is refused with its other faults.
      if (!isAddress(wanted)) return spec
      const why = isApiService(service) ? undefined : this.#refusalOf(wanted)
      if (why !== undefined) {
        refuse(service, [
          {
            path: 'spec.clusterIPs',
            pointer: '/spec/clusterIP',
            reason: 'FieldValueInvalid',
            message: `Invalid value: ["${wanted}"]: failed to allocate IP ${wanted}: ${why}`,
          },
        ])
      }
      return { ...spec, clusterIPs: [wanted] }
    }
    const chosen = dryRun ? DRY_RUN_ADDRESS : this.#chooseAddress()
    return { ...spec, clusterIP: chosen, clusterIPs: [chosen] }
  }

  #refusalOf(address: string): string | undefined {
    if (!isInRange(address)) return 'the provided network does not match the current range'
    return this.#addresses.isTaken(offsetOf(address))
      ? 'provided IP is already allocated'
      : undefined
  }

  #chooseAddress(): string {
    const offset = this.#addresses.choose(new Set())
    if (offset === undefined) throw internalError('failed to allocate a serviceIP: range is full')
    return printAddress(offset)
  }

  #withPorts(
    spec: ServiceSpec,
    previous: ServiceSpec | undefined,
    service: Incoming,
    dryRun: boolean,
  ): ServiceSpec {
    const claim = new PortClaim(this.#ports, allPortsOf(previous), dryRun)
    const ported = mayHaveNodePorts(spec)
      ? { ...spec, ...claim.portsOf(spec, service, previous === undefined) }
      : spec
    if (!needsHealthCheckPort(ported)) return ported
    const wanted = healthCheckPortOf(ported)
    if (wanted !== undefined && wanted === (previous && healthCheckPortOf(previous))) return ported
    return { ...ported, healthCheckNodePort: claim.healthCheckPort(wanted) }
  }
}

/** The only one that may have the first address, which is kept for it. */
function isApiService({ metadata }: Incoming): boolean {
  return metadata.name === 'kubernetes' && metadata.namespace === 'default'
}

/** The ports that one request asks for. */
class PortClaim {
  readonly #pool: NumberPool
  readonly #own: ReadonlySet<number>
  readonly #dryRun: boolean
  readonly #claimed = new Set<number>()

  constructor(pool: NumberPool, own: readonly number[], dryRun: boolean) {
    this.#pool = pool
    this.#own = new Set(own)
    this.#dryRun = dryRun
  }

  portsOf(spec: ServiceSpec, service: Incoming, isNew: boolean): Pick<ServiceSpec, 'ports'> {
    if (spec.ports === undefined) return {}
    /** A new Service has one node port for all protocols of a port (DNS over TCP and UDP). */
    const shared = new Map<number, number>()
    const ports = spec.ports.map((port, index) => {
      const asked = port.nodePort ?? 0
      if (asked === 0 && !allocatesNodePorts(spec)) return port
      const twin = isNew ? shared.get(port.port) : undefined
      if (twin !== undefined && (asked === 0 || asked === twin)) return { ...port, nodePort: twin }
      const wanted = asked || (isNew ? askedByTwin(port.port, spec) : 0)
      const nodePort = wanted === 0 ? this.#choose() : this.#claim(wanted, index, service, isNew)
      if (!shared.has(port.port)) shared.set(port.port, nodePort)
      return { ...port, nodePort }
    })
    requireDistinct(ports)
    return { ports }
  }

  healthCheckPort(wanted: number | undefined): number {
    if (wanted === undefined) return this.#choose()
    const why = this.#refusalOf(wanted)
    if (why === undefined) return wanted
    throw internalError(`failed to allocate requested HealthCheck NodePort ${wanted}: ${why}`)
  }

  #claim(port: number, index: number, service: Incoming, isNew: boolean): number {
    // An update may name one port twice, for two protocols; the same protocol is refused later.
    const isRepeated = !isNew && this.#claimed.has(port)
    const why = this.#own.has(port) || isRepeated ? undefined : this.#refusalOf(port)
    if (why !== undefined) {
      refuse(service, [
        {
          path: `spec.ports[${index}].nodePort`,
          pointer: `/spec/ports/${index}/nodePort`,
          reason: 'FieldValueInvalid',
          message: `Invalid value: ${port}: ${why}`,
        },
      ])
    }
    this.#claimed.add(port)
    return port
  }

  #refusalOf(port: number): string | undefined {
    if (port < NODE_PORTS.first || port >= NODE_PORTS.first + NODE_PORTS.count) {
      return 'provided port is not in the valid range. The range of valid ports is 30000-32767'
    }
    return this.#pool.isTaken(port) || this.#claimed.has(port)
      ? 'provided port is already allocated'
      : undefined
  }

  #choose(): number {
    const port = this.#dryRun ? DRY_RUN_PORT + this.#claimed.size : this.#pool.choose(this.#claimed)
    if (port === undefined) throw internalError('failed to allocate a nodePort: range is full')
    this.#claimed.add(port)
    return port
  }
}

/** A slip that Kubernetes takes for one of its own: it answers without a reason. */
function requireDistinct(ports: readonly ServicePort[]): void {
  const seen = new Set<string>()
  for (const { protocol = 'TCP', nodePort = 0 } of ports) {
    const named = `{${protocol} ${nodePort}}`
    if (nodePort !== 0 && seen.has(named))
      throw new ApiError('Unknown', `duplicate nodePort: ${named}`)
    seen.add(named)
  }
}

/** Another protocol of the same port may say which node port both have. */
function askedByTwin(port: number, { ports = [] }: ServiceSpec): number {
  return ports.find((other) => other.port === port && (other.nodePort ?? 0) !== 0)?.nodePort ?? 0
}

function refuse({ metadata }: Incoming, faults: readonly FieldFault[]): void {
  if (faults.length > 0) throw invalid('Service', metadata, faults)
}

function specOf(service: Incoming): ServiceSpec {
  const { spec }: { readonly spec?: ServiceSpec } = asKind<'Service'>(service)
  return spec ?? {}
}

function allPortsOf(spec: ServiceSpec | undefined): readonly number[] {
  const port = spec && healthCheckPortOf(spec)
  return [...nodePortsOf(spec), ...(port === undefined ? [] : [port])]
}

function addressesOf(spec: ServiceSpec | undefined): readonly string[] {
  return (spec?.clusterIPs ?? []).filter(isInRange)
}
