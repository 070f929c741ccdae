/** `172.18.0.0/16` as the addresses that matter, undefined for what is no IPv4 subnet with room for pods. */
export function readSubnet(cidr: string): { readonly last: string } | undefined {
  const [, address = '', length = ''] = /^([\d.]+)\/(\d+)$/.exec(cidr) ?? []
  const parts = address.split('.').map(Number)
  const bits = Number(length)
  if (parts.length !== 4 || parts.some((part) => !(part <= 255))) return undefined
  if (bits < 8 || bits > LONGEST_PREFIX) return undefined
  const size = 2 ** (32 - bits)
  const first = Math.floor(parts.reduce((sum, part) => sum * 256 + part, 0) / size) * size
  // The very last one is for broadcasts.
  return { last: textOf(first + size - 2) }
}

/** Below this there are not even a dozen pods. */
const LONGEST_PREFIX = 28

function textOf(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.')
}
