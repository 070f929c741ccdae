const OFFSET = 0x811c9dc5
const PRIME = 0x01000193

/**
 * 16 hex digits that change with the text: FNV-1a of 32 bits (http://www.isthe.com/chongo/tech/comp/fnv/), forwards and
 * backwards. Told to caches as the name of a content; nothing that has to withstand an attacker.
 */
export function contentHash(text: string): string {
  let forwards = OFFSET
  let backwards = OFFSET
  for (let index = 0, last = text.length - 1; index <= last; index++) {
    forwards = Math.imul(forwards ^ text.charCodeAt(index), PRIME)
    backwards = Math.imul(backwards ^ text.charCodeAt(last - index), PRIME)
  }
  return hex(forwards) + hex(backwards)
}

function hex(bits: number): string {
  return (bits >>> 0).toString(16).toUpperCase().padStart(8, '0')
}
