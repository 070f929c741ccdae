import { ApiError } from '../../api/api-error.ts'

/** Given without a value it is true (apimachinery, conversion of query parameters). */
export function readFlag(query: URLSearchParams, name: string): boolean {
  const value = query.get(name)
  return value !== null && value.toLowerCase() !== 'false' && value !== '0'
}

/** Undefined when it is not given. Throws as `parseInt64` does. */
export function readInt64(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name)
  return text === null ? undefined : parseInt64(text)
}

/** Throws BadRequest in the words of Go's strconv. */
export function parseInt64(text: string): number {
  const refuse = (why: string) =>
    new ApiError('BadRequest', `strconv.ParseInt: parsing ${JSON.stringify(text)}: ${why}`)
  if (!/^[+-]?\d+$/.test(text)) throw refuse('invalid syntax')
  if (!isInt64(text)) throw refuse('value out of range')
  return Number(text)
}

/** Of a text of digits. A long one is not converted just to be told so. */
function isInt64(text: string): boolean {
  const match = /^([+-]?)0*(\d{1,19})$/.exec(text)
  if (match === null) return false
  const value = BigInt(match[2] ?? '') * (match[1] === '-' ? -1n : 1n)
  return BigInt.asIntN(64, value) === value
}
