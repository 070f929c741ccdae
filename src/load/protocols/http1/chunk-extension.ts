import { isFieldByte, isTokenByte } from './response-head.ts'

/** What may come next in the extensions of a chunk. */
export type ExtensionPhase =
  'name-start' | 'name' | 'value-start' | 'value' | 'quoted' | 'quoted-pair' | 'quoted-end'

const CR = 13
const SEMICOLON = 59
const EQUALS = 61
const QUOTE = 34
const BACKSLASH = 92

/**
 * `;name`, `;name=value` or `;name="value"`, any number of them (RFC 9112, section 7.1.1); begins at
 * `name-start`, after the first semicolon. Whitespace between them is refused: it is called bad there.
 */
export function stepExtension(
  phase: ExtensionPhase,
  byte: number,
): ExtensionPhase | 'end' | 'malformed' {
  switch (phase) {
    case 'name-start':
      return isTokenByte(byte) ? 'name' : 'malformed'
    case 'name':
      if (byte === EQUALS) return 'value-start'
      return isTokenByte(byte) ? 'name' : afterExtension(byte)
    case 'value-start':
      if (byte === QUOTE) return 'quoted'
      return isTokenByte(byte) ? 'value' : 'malformed'
    case 'value':
      return isTokenByte(byte) ? 'value' : afterExtension(byte)
    case 'quoted':
      if (byte === QUOTE) return 'quoted-end'
      if (byte === BACKSLASH) return 'quoted-pair'
      return isFieldByte(byte) ? 'quoted' : 'malformed'
    case 'quoted-pair':
      return isFieldByte(byte) ? 'quoted' : 'malformed'
    default:
      return afterExtension(byte)
  }
}

function afterExtension(byte: number): ExtensionPhase | 'end' | 'malformed' {
  if (byte === CR) return 'end'
  return byte === SEMICOLON ? 'name-start' : 'malformed'
}
