import type { LookupFunction } from 'node:net'
import { joinedLookup, type Resolve } from './joined-lookup.ts'

/**
 * Resolves a name anew each time, and gives its addresses in turn: each time the one behind the last
 * that was given, in an order that does not depend on that of the answer, which some servers shuffle.
 */
export function rotatingLookup(resolve: Resolve): LookupFunction {
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

/** The system's first address each time. */
function firstLookup(resolve: Resolve): LookupFunction {
  return (host, options, answer) => {
    resolve(host, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return answer(error, '')
      const [first] = addresses
      if (first === undefined) return answer(noAddress(host), '')
      answer(null, first.address, first.family)
    })
  }
}

const resolve = joinedLookup()
const inTurn = { lookup: rotatingLookup(resolve) }
const first = { lookup: firstLookup(resolve) }

/** An option for sockets: all addresses of a name in turn, or the system's first. */
export function addressLookup(usesAllAddresses = false): { readonly lookup: LookupFunction } {
  return usesAllAddresses ? inTurn : first
}

function noAddress(host: string): NodeJS.ErrnoException {
  const error = new Error(`getaddrinfo: ${host} has no address`)
  return Object.assign(error, { code: 'ENOTFOUND', syscall: 'getaddrinfo' })
}
