/**
 * IP addresses and CIDR blocks as Kubernetes reads them in its older fields: leading zeros of an IPv4 address and
 * IPv4-mapped IPv6 addresses are accepted, with a warning.
 * https://kubernetes.io/docs/concepts/services-networking/service/#services-without-selectors
 */

export interface IpAddress {
  readonly family: 4 | 6
  /** 4 or 16 of them; an IPv4-mapped IPv6 address counts as IPv4. */
  readonly bytes: readonly number[]
  readonly isMapped: boolean
}

export interface CidrBlock {
  readonly address: IpAddress
  readonly prefixLength: number
}

/** Undefined for what is no address. */
export function parseIp(text: string): IpAddress | undefined {
  if (!text.includes(':')) {
    const bytes = parseIpv4(text)
    return bytes === undefined ? undefined : { family: 4, bytes, isMapped: false }
  }
  const bytes = parseIpv6(text)
  if (bytes === undefined) return undefined
  const isMapped =
    bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255
  return isMapped
    ? { family: 4, bytes: bytes.slice(12), isMapped }
    : { family: 6, bytes, isMapped: false }
}

export function parseCidr(text: string): CidrBlock | undefined {
  const [host = '', length = '', ...rest] = text.split('/')
  const address = parseIp(host)
  if (address === undefined || rest.length > 0 || !/^\d{1,3}$/.test(length)) return undefined
  const prefixLength = Number(length)
  const bits = address.family === 4 && !address.isMapped ? 32 : 128
  return prefixLength <= bits ? { address, prefixLength } : undefined
}

/** RFC 5952. */
export function formatIp({ family, bytes }: IpAddress): string {
  if (family === 4) return bytes.join('.')
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((bytes[2 * index] ?? 0) * 256 + (bytes[2 * index + 1] ?? 0)).toString(16),
  )
  const gap = longestZeros(groups)
  if (gap.length < 2) return groups.join(':')
  const [before, after] = [groups.slice(0, gap.start), groups.slice(gap.start + gap.length)]
  return `${before.join(':')}::${after.join(':')}`
}

/** The first address of a block. */
export function networkOf({ address, prefixLength }: CidrBlock): IpAddress {
  const length = address.isMapped ? prefixLength - 96 : prefixLength
  const bytes = address.bytes.map((byte, index) => {
    const kept = Math.min(8, Math.max(0, length - 8 * index))
    return byte & (0xff << (8 - kept)) & 0xff
  })
  return { ...address, bytes }
}

function parseIpv4(text: string): readonly number[] | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^\d+$/.test(part))) return undefined
  const bytes = parts.map(Number)
  return bytes.every((byte) => byte <= 255) ? bytes : undefined
}

function parseIpv6(text: string): readonly number[] | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [head, tail] = halves.map((half) => (half === '' ? [] : parseGroups(half)))
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined
  const missing = 16 - head.length - (tail?.length ?? 0)
  if (tail === undefined ? missing !== 0 : missing < 2) return undefined
  return [...head, ...Array.from({ length: missing }, () => 0), ...(tail ?? [])]
}

/** `1:ab:10.0.0.1`: an IPv4 address may be the end. */
function parseGroups(text: string): number[] | undefined {
  const bytes: number[] = []
  const groups = text.split(':')
  for (const [index, group] of groups.entries()) {
    if (group.includes('.') && index === groups.length - 1) {
      const last = parseIpv4(group)
      if (last === undefined) return undefined
      bytes.push(...last)
    } else if (/^[0-9a-fA-F]{1,4}$/.test(group)) {
      const value = Number.parseInt(group, 16)
      bytes.push(value >> 8, value & 255)
    } else return undefined
  }
  return bytes
}

function longestZeros(groups: readonly string[]): {
  readonly start: number
  readonly length: number
} {
  let longest = { start: 0, length: 0 }
  let start = 0
  for (const [index, group] of groups.entries()) {
    if (group !== '0') start = index + 1
    else if (index + 1 - start > longest.length) longest = { start, length: index + 1 - start }
  }
  return longest
}
