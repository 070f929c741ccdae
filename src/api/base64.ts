/**
 * Where base64 (RFC 4648, section 4, with padding) goes wrong, as Go's decoder counts it; undefined where it does not.
 * Line ends are skipped. https://pkg.go.dev/encoding/base64#Encoding.Decode
 */
export function corruptBase64At(text: string): number | undefined {
  let index = 0
  while (index < text.length) {
    const group = readGroup(text, index)
    if (group.corruptAt !== undefined) return group.corruptAt
    index = group.end
  }
  return undefined
}

/** Four characters, of which the last one or two may be padding, and then it is the end. */
function readGroup(
  text: string,
  start: number,
): { readonly end: number; readonly corruptAt?: number | undefined } {
  let index = start
  for (let count = 0; count < 4; count += 1) {
    index = skipLineEnds(text, index)
    if (index >= text.length) {
      return count === 0 ? { end: index } : { end: index, corruptAt: text.length - count }
    }
    const character = text[index] ?? ''
    index += 1
    if (ALPHABET.test(character)) continue
    if (character !== '=' || count < 2) return { end: index, corruptAt: index - 1 }
    return readPadding(text, { index, count })
  }
  return { end: index }
}

function readPadding(
  text: string,
  { index, count }: { readonly index: number; readonly count: number },
): { readonly end: number; readonly corruptAt?: number | undefined } {
  let next = skipLineEnds(text, index)
  if (count === 2) {
    if (next >= text.length) return { end: next, corruptAt: text.length }
    if (text[next] !== '=') return { end: next, corruptAt: next - 1 }
    next += 1
  }
  next = skipLineEnds(text, next)
  return { end: text.length, corruptAt: next < text.length ? next : undefined }
}

const ALPHABET = /^[A-Za-z0-9+/]$/

function skipLineEnds(text: string, start: number): number {
  let index = start
  while (text[index] === '\n' || text[index] === '\r') index += 1
  return index
}
