import { lookup, type LookupAddress, type LookupAllOptions } from 'node:dns'
import type { LookupFunction } from 'node:net'

/** As `dns.lookup` answers with `all`. */
type Resolve = (
  host: string,
  options: LookupAllOptions,
  answer: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

/**
 * Resolves a name anew each time, and gives its addresses in turn: each time the one behind the last
 * that was given, in an order that does not depend on that of the answer, which some servers shuffle.
 */
export function rotatingLookup(resolve: Resolve = lookup): LookupFunction {
  const lastByHost = new Map<string, string>()
  return (host, options, answer) => {
    resolve(host, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return answer(error, '')
      const ordered = addresses.toSorted((a, b) => (a.address < b.address ? -1 : 1))
      const last = lastByHost.get(host) ?? ''
      const next = ordered.find(({ address }) => address > last) ?? ordered[0]
      if (next === undefined) return answer(noAddress(host), '')
      lastByHost.set(host, next.address)
      answer(null, next.address, next.family)
    })
  }
}

const shared = { lookup: rotatingLookup() }

/** An option for sockets: without it the system's first address is taken. */
export function addressLookup(usesAllAddresses = false): { readonly lookup?: LookupFunction } {
  return usesAllAddresses ? shared : NONE
}

const NONE = {}

function noAddress(host: string): NodeJS.ErrnoException {
  const error = new Error(`getaddrinfo: ${host} has no address`)
  return Object.assign(error, { code: 'ENOTFOUND', syscall: 'getaddrinfo' })
}
