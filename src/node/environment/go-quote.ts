/** What Go's unicode.IsPrint lets stand: letters, marks, numbers, punctuation, symbols and the plain space. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
}

/** A text between quotes as https://pkg.go.dev/strconv#Quote writes it. */
export function goQuote(text: string): string {
  return `"${Array.from(text, escaped).join('')}"`
}

function escaped(character: string): string {
  const escape = ESCAPES[character]
  if (escape !== undefined) return escape
  if (PRINTABLE.test(character)) return character
  const code = character.codePointAt(0) ?? 0
  if (code < 0x20 || code === 0x7f) return `\\x${hex(code, 2)}`
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`
}

function hex(code: number, length: number): string {
  return code.toString(16).padStart(length, '0')
}
