import { compareTexts } from '../../base/compare-texts.ts'
import { isFields } from '../../base/fields.ts'
import { parseJson } from '../../base/parse-json.ts'

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

/** `fields` in the order of their names. */
export function keyElement(fields: KeyFields): PathElement {
  let parts = ''
  for (const [name, value] of fields) {
    parts += `${parts === '' ? '' : ','}${jsonAsGo(name)}:${jsonAsGo(value)}`
  }
  return `k:{${parts}}`
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
      if (!isFields(value)) return undefined
      return keyElement(Object.entries(value).toSorted(([a], [b]) => compareTexts(a, b)))
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
      const fields = entriesOf(parsed(element))
      return `[${fields.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}]`
    }
    default:
      return `[${rest}]`
  }
}

/** Kubernetes' order: fields by name, then keys by their values, then values, then places. */
export function inElementOrder(elements: readonly PathElement[]): readonly PathElement[] {
  if (elements.every((element) => element.startsWith('f:'))) return elements.toSorted(compareTexts)
  // Read once, not with each comparison.
  const read = elements.map((element) => ({ element, value: valueOf(element) }))
  return read.toSorted(compareRead).map(({ element }) => element)
}

interface ReadElement {
  readonly element: PathElement
  readonly value: unknown
}

function valueOf(element: PathElement): unknown {
  return element.startsWith('f:') ? undefined : parsed(element)
}

function compareRead(a: ReadElement, b: ReadElement): number {
  const kind = a.element[0] ?? ''
  const kindOrder = KIND_ORDER.indexOf(kind) - KIND_ORDER.indexOf(b.element[0] ?? '')
  if (kindOrder !== 0) return kindOrder
  switch (kind) {
    case 'f':
      return compareTexts(a.element, b.element)
    case 'k':
      return compareKeys(entriesOf(a.value), entriesOf(b.value))
    default:
      return compareScalars(a.value, b.value)
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

function entriesOf(key: unknown): KeyFields {
  return isFields(key) ? Object.entries(key) : []
}

function parsed(element: PathElement): unknown {
  return parseJson(element.slice(2))
}

/** Go's encoder writes what HTML would take for its own as escapes. */
export function jsonAsGo(value: unknown): string {
  const json = JSON.stringify(value)
  if (!FOR_HTML.test(json)) return json
  return json.replaceAll(/[<>&\u2028\u2029]/g, (letter) => {
    return `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

const FOR_HTML = /[<>&\u2028\u2029]/
