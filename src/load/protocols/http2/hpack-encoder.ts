import { type Field, STATIC_TABLE } from './hpack-static-table.ts'

/**
 * Goes in front of the first block of each connection: we use no dynamic table. Without it a server that
 * allows us a smaller one would have to be told so in time (RFC 9113, section 4.3.1).
 */
export const NO_DYNAMIC_TABLE = Uint8Array.of(0x20)

/**
 * A header block from the static table and literals without indexing (RFC 7541, section 6.2.2): it depends
 * on nothing that was sent before, and can be made once for all repetitions of a request.
 */
export function encodeHeaderBlock(fields: readonly Field[]): Uint8Array {
  const octets: number[] = []
  for (const [name, value] of fields) {
    const exact = STATIC_TABLE.findIndex((known) => known[0] === name && known[1] === value)
    if (exact !== -1) {
      octets.push(...integer(exact + 1, { prefixBits: 7, first: 0x80 }))
      continue
    }
    const named = STATIC_TABLE.findIndex((known) => known[0] === name)
    octets.push(...integer(named + 1, { prefixBits: 4, first: 0 }))
    if (named === -1) pushText(octets, name)
    pushText(octets, value)
  }
  return Uint8Array.from(octets)
}

function pushText(octets: number[], text: string): void {
  octets.push(...integer(text.length, { prefixBits: 7, first: 0 }))
  for (let index = 0; index < text.length; index++) octets.push(text.charCodeAt(index))
}

/** RFC 7541, section 5.1. `first` holds the bits in front of the prefix. */
function integer(
  value: number,
  { prefixBits, first }: { readonly prefixBits: number; readonly first: number },
): number[] {
  const prefix = (1 << prefixBits) - 1
  if (value < prefix) return [first | value]
  const octets = [first | prefix]
  let rest = value - prefix
  for (; rest >= 0x80; rest >>>= 7) octets.push((rest & 0x7f) | 0x80)
  octets.push(rest)
  return octets
}
