import { invariant } from '../../base/invariant.ts'

/** Kubernetes' usual `--cluster-cidr`, kubeadm's with flannel. */
export const DEFAULT_POD_CIDR = '10.244.0.0/16'

/** Addresses as 32-bit numbers. */
export interface PodNetwork {
  readonly gateway: number
  readonly prefixLength: number
  readonly first: number
  readonly last: number
}

/** `10.244.0.0/16`: the gateway is the first address; pods get those after it, without the broadcast address. */
export function parsePodCidr(cidr: string): PodNetwork {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(cidr)
  const numbers = match?.slice(1).map(Number) ?? []
  const [a = 256, b = 256, c = 256, d = 256, prefixLength = 0] = numbers
  invariant(
    [a, b, c, d].every((part) => part < 256) && prefixLength >= 8 && prefixLength <= 29,
    `${cidr} is not an IPv4 network of 8 to 29 bits`,
  )
  const size = 2 ** (32 - prefixLength)
  const address = ((a * 256 + b) * 256 + c) * 256 + d
  const network = address - (address % size)
  return { gateway: network + 1, prefixLength, first: network + 2, last: network + size - 2 }
}

export function formatIpv4(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.')
}

/**
 * Hands out addresses in turn, as the host-local IPAM plugin does: one that was given back is not
 * used again until all others were, so that a late connection to a removed pod meets nobody.
 */
class RangeAddresses {
  readonly #network: PodNetwork
  readonly #used = new Set<number>()
  #next: number

  constructor(network: PodNetwork) {
    this.#network = network
    this.#next = network.first
  }

  /** Undefined when all are in use. */
  take(): number | undefined {
    const { first, last } = this.#network
    for (let tries = first; tries <= last; tries++) {
      const address = this.#next
      this.#next = address === last ? first : address + 1
      if (this.#used.has(address)) continue
      this.#used.add(address)
      return address
    }
    return undefined
  }

  /** It was handed out by an earlier run, maybe of another range. */
  keep(address: number): void {
    this.#used.add(address)
    const { first, last } = this.#network
    if (address < this.#next || address > last) return
    this.#next = address === last ? first : address + 1
  }

  giveBack(address: number): void {
    this.#used.delete(address)
  }
}

/** Addresses of each of the ranges that this machine's nodes have. */
export class PodAddresses {
  /** Of the first range; pods of all ranges have it. */
  readonly gateway: number
  /** Of the link that all of them are on. */
  readonly prefixLength: number
  readonly #ranges: ReadonlyMap<string, RangeAddresses>

  /** `cidrs`: at least one. */
  constructor(cidrs: readonly string[]) {
    const networks = cidrs.map(parsePodCidr)
    const [network] = networks
    invariant(network !== undefined, 'a machine with pods has a range of addresses')
    this.gateway = network.gateway
    this.prefixLength = Math.min(...networks.map((other) => linkPrefixLength(network, other)))
    this.#ranges = new Map(
      networks.map((range, index) => [cidrs[index] ?? '', new RangeAddresses(range)]),
    )
  }

  /** Default: of the first range. Undefined when all are in use. */
  take(cidr?: string): number | undefined {
    const [first] = this.#ranges.values()
    return ((cidr === undefined ? undefined : this.#ranges.get(cidr)) ?? first)?.take()
  }

  keep(address: number): void {
    for (const range of this.#ranges.values()) range.keep(address)
  }

  giveBack(address: number): void {
    for (const range of this.#ranges.values()) range.giveBack(address)
  }
}

/** Of the smallest network that both are in. */
function linkPrefixLength(one: PodNetwork, other: PodNetwork): number {
  const common = Math.clz32(one.gateway ^ other.gateway)
  return Math.min(common, one.prefixLength, other.prefixLength)
}
