import { isFields, type Fields } from '../../base/fields.ts'
import { fieldElement, printElement } from './path-element.ts'
import { elementOf, fieldShape, type GranularShape, type ListShape, type Shape } from './shape.ts'

/** More faults than these help nobody. */
const FAULTS_MAX = 100

/**
 * What keeps a configuration from being applied, in Kubernetes' words, each with its path in front:
 * fields that the schema does not know, values of another type, items that cannot be told apart.
 * (structured-merge-diff, typed.Validate)
 */
export function typedFaults(shape: Shape, value: unknown): readonly string[] {
  const faults: string[] = []
  collect(shape, value, '', (path, message) => {
    if (faults.length < FAULTS_MAX) faults.push(path === '' ? message : `${path}: ${message}`)
  })
  return faults
}

type Report = (path: string, message: string) => void

function collect(shape: Shape, value: unknown, path: string, report: Report): void {
  if (value === null || value === undefined) return
  switch (shape.type) {
    case 'scalar': {
      const message = scalarFault(shape.scalar, value)
      if (message !== undefined) report(path, message)
      return
    }
    case 'any':
      return
    case 'deduced':
      if (isFields(value)) collectMap(shape, value, path, report)
      return
    case 'struct':
    case 'map':
      if (isFields(value)) collectMap(shape, value, path, report)
      else report(path, `expected map, got ${printWrapped(value)}`)
      return
    case 'list':
      if (Array.isArray(value)) collectList(shape, value, path, report)
      else report(path, `expected list, got ${printWrapped(value)}`)
  }
}

function collectMap(shape: GranularShape, map: Fields, path: string, report: Report): void {
  for (const [name, value] of Object.entries(map)) {
    const at = path + printElement(fieldElement(name))
    const inner = fieldShape(shape, name)
    // Kubernetes looks no further at this level.
    if (inner === undefined) return report(at, 'field not declared in schema')
    collect(inner, value, at, report)
  }
}

function collectList(
  shape: ListShape,
  items: readonly unknown[],
  path: string,
  report: Report,
): void {
  const { merge } = shape
  const seen = new Set<string>()
  for (const [index, item] of items.entries()) {
    if (merge.by === 'atomic') {
      collect(shape.item(), item, `${path}[${index}]`, report)
      continue
    }
    const element = elementOf(merge, item)
    if (element === undefined) return report(path, `element ${index}: ${nameless(shape, item)}`)
    if (seen.has(element)) report(path, `duplicate entries for key ${printElement(element)}`)
    seen.add(element)
    collect(shape.item(), item, path + printElement(element), report)
  }
}

function nameless({ merge }: ListShape, item: unknown): string {
  if (merge.by !== 'keys') {
    if (isFields(item)) return "associative list without keys has an element that's a map type"
    return Array.isArray(item)
      ? 'not supported: associative list with lists as elements'
      : "associative list without keys has an element that's an explicit null"
  }
  if (item === null) return 'associative list with keys may not have a null element'
  if (!isFields(item)) return 'associative list with keys may not have non-map elements'
  const keys = merge.keys.map(({ name }) => JSON.stringify(name)).join(' ')
  return `associative list with keys has an element that omits all key fields [${keys}] (and doesn't have default values for any key fields)`
}

type Scalar = Extract<Shape, { readonly type: 'scalar' }>['scalar']

function scalarFault(scalar: Scalar, value: unknown): string | undefined {
  switch (scalar) {
    case 'numeric':
      return typeof value === 'number'
        ? undefined
        : `expected numeric (int or float), got ${goType(value)}`
    case 'string':
      return typeof value === 'string'
        ? undefined
        : `expected string, got &value.valueUnstructured{Value:${printGo(value)}}`
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `expected boolean, got ${printWrapped(value)}`
    case 'untyped':
      return typeof value === 'object'
        ? `expected any scalar, got ${printWrapped(value)}`
        : undefined
  }
}

/** As Go's `%T` prints what its JSON decoder makes. */
function goType(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return 'string'
    case 'boolean':
      return 'bool'
    case 'number':
      return Number.isInteger(value) ? 'int64' : 'float64'
    default:
      return Array.isArray(value) ? '[]interface {}' : 'map[string]interface {}'
  }
}

/** As `%#v`. */
function printGo(value: unknown): string {
  if (Array.isArray(value)) return `[]interface {}{${value.map(printGo).join(', ')}}`
  if (!isFields(value)) return JSON.stringify(value)
  const names = Object.keys(value).toSorted()
  const fields = names.map((name) => `${JSON.stringify(name)}:${printGo(value[name])}`)
  return `map[string]interface {}{${fields.join(', ')}}`
}

/** As `%v` prints a value in the box that the merge works on. */
function printWrapped(value: unknown): string {
  return `&{${printPlain(value)}}`
}

function printPlain(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printPlain).join(' ')}]`
  if (!isFields(value)) return String(value)
  const names = Object.keys(value).toSorted()
  return `map[${names.map((name) => `${name}:${printPlain(value[name])}`).join(' ')}]`
}
