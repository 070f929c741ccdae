import { ApiError } from '../../api/api-error.ts'

/** Given without a value it is true (apimachinery, conversion of query parameters). */
export function readFlag(query: URLSearchParams, name: string): boolean {
  const value = query.get(name)
  return value !== null && value.toLowerCase() !== 'false' && value !== '0'
}

const INT64_MAX = 2n ** 63n - 1n

/** Undefined when it is not given. Throws BadRequest in the words of Go's strconv. */
export function readInt64(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name)
  if (text === null) return undefined
  const refuse = (why: string) =>
    new ApiError('BadRequest', `strconv.ParseInt: parsing ${JSON.stringify(text)}: ${why}`)
  if (!/^[+-]?\d+$/.test(text)) throw refuse('invalid syntax')
  const value = BigInt(text.replace('+', ''))
  if (value > INT64_MAX || value < -INT64_MAX - 1n) throw refuse('value out of range')
  return Number(value)
}
