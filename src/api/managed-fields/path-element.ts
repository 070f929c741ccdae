/**
 * One step into an object, spelled as FieldsV1 spells it: `f:spec` a field, `k:{"name":"app"}` the
 * item of a list with that key, `v:"a"` the item with that value, `i:0` the item at that place.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/#ObjectMeta (managedFields)
 */
export type PathElement = string

export type KeyFields = readonly (readonly [name: string, value: unknown])[]

export function fieldElement(name: string): PathElement {
  return `f:${name}`
}

/** `fields` in any order. */
export function keyElement(fields: KeyFields): PathElement {
  const sorted = fields.toSorted(([a], [b]) => compareTexts(a, b))
  const parts = sorted.map(([name, value]) => `${jsonAsGo(name)}:${jsonAsGo(value)}`)
  return `k:{${parts.join(',')}}`
}

export function valueElement(value: unknown): PathElement {
  return `v:${jsonAsGo(value)}`
}

/**
 * The one spelling of an element that came from outside. Empty: of a kind that is not known, which
 * Kubernetes passes over. Undefined: what it refuses.
 */
export function canonicalElement(text: string): PathElement | undefined {
  if (text[1] !== ':') return undefined
  switch (text[0]) {
    case 'f':
      return text
    case 'i':
      return /^i:[+-]?\d+$/.test(text) ? `i:${Number(text.slice(2))}` : undefined
    case 'v': {
      const value = parsed(text)
      return value === undefined ? undefined : valueElement(value)
    }
    case 'k': {
      const value = parsed(text)
      return isKey(value) ? keyElement(Object.entries(value)) : undefined
    }
    default:
      return ''
  }
}

/** As a conflict names it: `.spec`, `[name="app"]`, `[="a"]`, `[0]`. */
export function printElement(element: PathElement): string {
  const rest = element.slice(2)
  switch (element[0]) {
    case 'f':
      return `.${rest}`
    case 'v':
      return `[=${JSON.stringify(parsed(element) ?? null)}]`
    case 'k': {
      const fields = Object.entries(keyOf(element))
      return `[${fields.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}]`
    }
    default:
      return `[${rest}]`
  }
}

/** Kubernetes' order: fields by name, then keys by their values, then values, then places. */
export function compareElements(a: PathElement, b: PathElement): number {
  const kindOrder = KIND_ORDER.indexOf(a[0] ?? '') - KIND_ORDER.indexOf(b[0] ?? '')
  if (kindOrder !== 0) return kindOrder
  switch (a[0]) {
    case 'k':
      return compareKeys(Object.entries(keyOf(a)), Object.entries(keyOf(b)))
    case 'v':
      return compareScalars(parsed(a), parsed(b))
    case 'i':
      return Number(a.slice(2)) - Number(b.slice(2))
    default:
      return compareTexts(a, b)
  }
}

const KIND_ORDER = 'fkvi'

function compareKeys(a: KeyFields, b: KeyFields): number {
  for (const [index, [name, value]] of a.entries()) {
    const other = b[index]
    if (other === undefined) return 1
    const order = compareTexts(name, other[0]) || compareScalars(value, other[1])
    if (order !== 0) return order
  }
  return a.length - b.length
}

/** Numbers before texts before booleans. */
function compareScalars(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b)
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b)
  return SCALAR_ORDER.indexOf(typeof a) - SCALAR_ORDER.indexOf(typeof b)
}

const SCALAR_ORDER = ['number', 'string', 'boolean', 'object', 'undefined']

export function compareTexts(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

function keyOf(element: PathElement): object {
  const value = parsed(element)
  return isKey(value) ? value : {}
}

function isKey(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parsed(element: PathElement): unknown {
  try {
    return JSON.parse(element.slice(2))
  } catch {
    return undefined
  }
}

/** Go's encoder writes what HTML would take for its own as escapes. */
export function jsonAsGo(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[<>&\u2028\u2029]/g, (letter) => {
    return `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}
