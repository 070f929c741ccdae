import { invariant } from '../../base/invariant.ts'

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
export class PodAddresses {
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

  /** It was handed out by an earlier run. */
  keep(address: number): void {
    this.#used.add(address)
    if (address >= this.#next)
      this.#next = address === this.#network.last ? this.#network.first : address + 1
  }

  giveBack(address: number): void {
    this.#used.delete(address)
  }
}
