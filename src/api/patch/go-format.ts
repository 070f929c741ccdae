import { isFields } from '../../base/fields.ts'

/**
 * How Go's fmt prints decoded JSON, since Kubernetes quotes patches and their parts that way.
 * https://pkg.go.dev/fmt
 */

/** As `%v`: `map[name:web ports:[80 443]]`. */
export function formatGo(value: unknown): string {
  return print(value, String)
}

/** As `%s`, which marks what is no text: `%!s(int64=3)`. */
export function formatGoText(value: unknown): string {
  return print(value, (scalar) =>
    typeof scalar === 'string' ? scalar : `%!s(${goTypeOf(scalar)}=${String(scalar)})`,
  )
}

/** The Go type that a JSON value is decoded into; none for null, which Go prints as below. */
export function goTypeOf(value: unknown): string {
  if (Array.isArray(value)) return '[]interface {}'
  switch (typeof value) {
    case 'object':
      return value === null ? '%!s(<nil>)' : 'map[string]interface {}'
    case 'number':
      return Number.isInteger(value) ? 'int64' : 'float64'
    case 'boolean':
      return 'bool'
    default:
      return typeof value
  }
}

function print(value: unknown, scalar: (value: string | number | boolean) => string): string {
  if (Array.isArray(value))
    return `[${value.map((item: unknown) => print(item, scalar)).join(' ')}]`
  if (isFields(value)) {
    const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
    return `map[${members.map(([key, member]) => `${key}:${print(member, scalar)}`).join(' ')}]`
  }
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return scalar(value)
  }
  return scalar === String ? '<nil>' : '%!s(<nil>)'
}
