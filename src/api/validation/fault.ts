/** The words of the API server for the ways in which a field can be wrong (apimachinery, CauseType). */
export type FaultReason =
  | 'FieldValueRequired'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueDuplicate'
  | 'FieldValueNotFound'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'

/** A field that Kubernetes refuses, in its words. */
export interface FieldFault {
  /** As Kubernetes prints it: `spec.template.spec.containers[0].name`. */
  readonly path: string
  /** The same as a JSON pointer (RFC 6901), as exact as it can be: `/spec/template/spec/containers/0/name`. */
  readonly pointer: string
  readonly reason: FaultReason
  /** With the kind of fault in front: `Invalid value: 0: must be between 1 and 65535, inclusive`. */
  readonly message: string
}

/** The objects to check come from people: any field may be missing. */
export type Draft<T> = T extends readonly (infer Item)[]
  ? readonly Draft<Item>[]
  : T extends object
    ? { readonly [K in keyof T]?: Draft<T[K]> | undefined }
    : T

/** How a place is reached from the one around it. */
export interface PathStep {
  readonly parent: FieldPath
  /** A field, an item of a list, an entry of a map, or something inside that is printed as what is around it. */
  readonly form: 'field' | 'item' | 'entry' | 'inside'
  readonly key: string
}

/**
 * A place in an object, in both spellings. They are only put together when they are asked for: a sound object has a great
 * many places, and nobody asks for any.
 */
export class FieldPath {
  readonly #origin: PathStep | FieldPath | string
  readonly #pointer: string

  constructor(origin: PathStep | FieldPath | string = '', pointer = '') {
    this.#origin = origin
    this.#pointer = pointer
  }

  get path(): string {
    const origin = this.#origin
    if (typeof origin === 'string') return origin
    if (origin instanceof FieldPath) return origin.path
    const before = origin.parent.path
    switch (origin.form) {
      case 'field':
        return before === '' ? origin.key : `${before}.${origin.key}`
      case 'item':
      case 'entry':
        return `${before}[${origin.key}]`
      case 'inside':
        return before
    }
  }

  get pointer(): string {
    const origin = this.#origin
    if (typeof origin === 'string') return this.#pointer
    if (origin instanceof FieldPath) return origin.pointer
    return origin.parent.pointer + pointerStep(origin.key)
  }

  /** A field, or a field of a field: `child('spec', 'ports')`. */
  child(...names: readonly string[]): FieldPath {
    return names.reduce<FieldPath>(
      (parent, key) => new FieldPath({ parent, form: 'field', key }),
      this,
    )
  }

  item(index: number): FieldPath {
    return new FieldPath({ parent: this, form: 'item', key: String(index) })
  }

  entry(key: string): FieldPath {
    return new FieldPath({ parent: this, form: 'entry', key })
  }

  /** The same printed path for something inside: Kubernetes names a map of labels, not the label. */
  within(key: string): FieldPath {
    return new FieldPath({ parent: this, form: 'inside', key })
  }
}

/** The object itself, and the part that most kinds have. */
export const ROOT = new FieldPath()
export const SPEC = ROOT.child('spec')

/** One step of a JSON pointer. */
export function pointerStep(key: string): string {
  return `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
}

export function required(at: FieldPath, detail = ''): FieldFault {
  return fault(at, 'FieldValueRequired', withDetail('Required value', detail))
}

export function invalid(at: FieldPath, value: unknown, detail: string): FieldFault {
  return fault(at, 'FieldValueInvalid', `Invalid value: ${print(value)}: ${detail}`)
}

export function notSupported(
  at: FieldPath,
  value: unknown,
  allowed: readonly string[],
): FieldFault {
  const names = allowed.map((name) => JSON.stringify(name)).join(', ')
  const message = `Unsupported value: ${print(value)}: supported values: ${names}`
  return fault(at, 'FieldValueNotSupported', message)
}

export function forbidden(at: FieldPath, detail: string): FieldFault {
  return fault(at, 'FieldValueForbidden', `Forbidden: ${detail}`)
}

export function duplicate(at: FieldPath, value: unknown, detail = ''): FieldFault {
  return fault(at, 'FieldValueDuplicate', withDetail(`Duplicate value: ${print(value)}`, detail))
}

export function notFound(at: FieldPath, value: unknown, detail = ''): FieldFault {
  return fault(at, 'FieldValueNotFound', withDetail(`Not found: ${print(value)}`, detail))
}

export function tooLong(at: FieldPath, bytesMax: number): FieldFault {
  return fault(at, 'FieldValueTooLong', `Too long: may not be more than ${bytesMax} bytes`)
}

export function tooMany(at: FieldPath, count: number, most: number): FieldFault {
  const message = `Too many: ${count}: must have at most ${most} item${most === 1 ? '' : 's'}`
  return fault(at, 'FieldValueTooMany', message)
}

/** One Invalid fault for each of `details`. */
export function invalidAll(
  at: FieldPath,
  value: unknown,
  details: readonly string[],
): readonly FieldFault[] {
  return details.map((detail) => invalid(at, value, detail))
}

function fault({ path, pointer }: FieldPath, reason: FaultReason, message: string): FieldFault {
  return { path, pointer, reason, message }
}

function withDetail(message: string, detail: string): string {
  return detail === '' ? message : `${message}: ${detail}`
}

/** Text as Go quotes it (`%q`), anything else as JSON. */
function print(value: unknown): string {
  const text = JSON.stringify(value ?? null)
  if (typeof value !== 'string') return text
  return text.replaceAll(/\\\\|\\u00([01][0-9a-f])|\u007f/g, (matched, code?: string) => {
    if (matched === '\\\\') return matched
    return code === undefined ? '\\x7f' : (GO_ESCAPES[code] ?? `\\x${code}`)
  })
}

/** Bell and vertical tab have a letter in Go only. */
const GO_ESCAPES: Readonly<Record<string, string>> = { '07': '\\a', '0b': '\\v' }
