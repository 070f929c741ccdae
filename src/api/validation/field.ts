import { isFields, textOf } from '../../base/fields.ts'
import { FieldPath, type PathStep } from './fault.ts'

/**
 * A value of an object and where it is. Validation looks at objects whose fields have the types of their schema, so that
 * reading one as text, number or list is a matter of its being there.
 */
export class Field extends FieldPath {
  readonly value: unknown

  constructor(value: unknown, place: FieldPath | PathStep | string = '') {
    super(place)
    this.value = value
  }

  /** A field, or a field of a field: `field('spec', 'ports')`. */
  field(name: string, ...names: readonly string[]): Field {
    const field = new Field(memberOf(this.value, name), { parent: this, form: 'field', key: name })
    const [next, ...rest] = names
    return next === undefined ? field : field.field(next, ...rest)
  }

  /** The same value where Kubernetes prints another place. */
  at(place: FieldPath): Field {
    return new Field(this.value, place)
  }

  /** Another value in the same place. */
  withValue(value: unknown): Field {
    return new Field(value, this)
  }

  get isPresent(): boolean {
    return this.value !== undefined && this.value !== null
  }

  /** Empty when absent, as in Go. */
  get text(): string {
    return textOf(this.value)
  }

  get number(): number | undefined {
    return typeof this.value === 'number' ? this.value : undefined
  }

  get isTrue(): boolean {
    return this.value === true
  }

  get items(): readonly Field[] {
    if (!Array.isArray(this.value)) return []
    return this.value.map(
      (item: unknown, index) => new Field(item, { parent: this, form: 'item', key: String(index) }),
    )
  }

  get texts(): readonly string[] {
    return this.items.map(({ text }) => text)
  }

  /** Of a map: each key and its value at `map[key]`. */
  get entries(): readonly (readonly [key: string, value: Field])[] {
    return Object.entries(isFields(this.value) ? this.value : NOTHING).map(
      ([key, value]) => [key, new Field(value, { parent: this, form: 'entry', key })] as const,
    )
  }

  /** Of a map of texts. */
  get textsByKey(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.entries.map(([key, { text }]) => [key, text]))
  }

  has(key: string): boolean {
    return isFields(this.value) && Object.hasOwn(this.value, key)
  }
}

function memberOf(value: unknown, name: string): unknown {
  return isFields(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

const NOTHING: Readonly<Record<string, unknown>> = {}
