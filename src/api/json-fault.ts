/**
 * What Go's decoder says of a text that is no JSON object (https://pkg.go.dev/encoding/json#Unmarshal); undefined when it
 * is one. The common cases are told in its words, a fault within in a general one.
 */
export function describeJsonFault(text: string): string | undefined {
  const trimmed = text.trim()
  if (trimmed === '') return 'unexpected end of JSON input'
  let value: unknown
  try {
    value = JSON.parse(trimmed)
  } catch {
    return describeSyntaxFault(trimmed)
  }
  if (value === null || (typeof value === 'object' && !Array.isArray(value))) return undefined
  return `json: cannot unmarshal ${goKindOf(value)} into Go value of type map[string]interface {}`
}

function describeSyntaxFault(text: string): string {
  const first = text.charAt(0)
  if (!/^[{["\d\-tfn]$/.test(first)) {
    return `invalid character '${first}' looking for beginning of value`
  }
  const literal = { t: 'true', f: 'false', n: 'null' }[first]
  if (literal !== undefined) {
    const index = literal.split('').findIndex((character, at) => text[at] !== character)
    const wrong = text[index]
    if (wrong === undefined) return 'unexpected end of JSON input'
    return `invalid character '${wrong}' in literal ${literal} (expecting '${literal[index] ?? ''}')`
  }
  return 'unexpected end of JSON input'
}

/** How Go's decoder names a JSON value. */
export function goKindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  return typeof value === 'boolean' ? 'bool' : typeof value
}
