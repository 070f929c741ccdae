import { FieldPath } from './fault.ts'

/**
 * A value of an object and where it is. Validation looks at objects whose fields have the types of their schema, so that
 * reading one as text, number or list is a matter of its being there.
 */
export class Field extends FieldPath {
  readonly value: unknown

  constructor(value: unknown, { path, pointer } = new FieldPath()) {
    super(path, pointer)
    this.value = value
  }

  /** A field, or a field of a field: `field('spec', 'ports')`. */
  field(...names: readonly string[]): Field {
    const value = names.reduce(memberOf, this.value)
    return new Field(value, this.child(...names))
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
    return typeof this.value === 'string' ? this.value : ''
  }

  get number(): number | undefined {
    return typeof this.value === 'number' ? this.value : undefined
  }

  get isTrue(): boolean {
    return this.value === true
  }

  get items(): readonly Field[] {
    if (!Array.isArray(this.value)) return []
    return this.value.map((item: unknown, index) => new Field(item, this.item(index)))
  }

  get texts(): readonly string[] {
    return this.items.map(({ text }) => text)
  }

  /** Of a map: each key and its value at `map[key]`. */
  get entries(): readonly (readonly [key: string, value: Field])[] {
    return Object.entries(mapOf(this.value)).map(
      ([key, value]) => [key, new Field(value, this.entry(key))] as const,
    )
  }

  has(key: string): boolean {
    return Object.hasOwn(mapOf(this.value), key)
  }
}

function memberOf(value: unknown, name: string): unknown {
  return Object.hasOwn(mapOf(value), name) ? mapOf(value)[name] : undefined
}

function mapOf(value: unknown): Readonly<Record<string, unknown>> {
  return isMap(value) ? value : {}
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
