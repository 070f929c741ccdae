/**
 * How server-side apply looks at a value: what is owned as one piece and what part by part.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy
 */
import { compareTexts } from '../../base/compare-texts.ts'
import { isFields } from '../../base/fields.ts'
import presence from '../generated/presence.json' with { type: 'json' }
import {
  definitionNamed,
  definitionNameOf,
  fieldOf,
  type Definition,
  type FieldSchema,
} from '../schema.ts'
import { standingTimesOf } from './standing-times.ts'
import { keyElement, valueElement, type PathElement } from './path-element.ts'

export type Shape =
  | { readonly type: 'scalar'; readonly scalar: 'numeric' | 'string' | 'boolean' | 'untyped' }
  /** Whatever it is, it is owned as one. */
  | { readonly type: 'any' }
  /** No schema: maps part by part, the rest as one. */
  | { readonly type: 'deduced' }
  | StructShape
  | MapShape
  | ListShape

export interface StructShape {
  readonly type: 'struct'
  readonly atomic: boolean
  /** Undefined: no such field. */
  field(name: string): StructField | undefined
  /** Names of the fields that are there even when nobody wrote them. */
  readonly standing: readonly string[]
}

export interface StructField {
  readonly shape: Shape
  /** What the field holds when it is absent, for those that are always there. */
  readonly standing?: unknown
}

export interface MapShape {
  readonly type: 'map'
  readonly atomic: boolean
  readonly item: () => Shape
}

export interface ListShape {
  readonly type: 'list'
  readonly item: () => Shape
  readonly merge: ListMerge
}

/** `keys`: items are told apart by these fields; `set`: by what they are; `atomic`: not at all. */
export type ListMerge =
  | { readonly by: 'atomic' }
  | { readonly by: 'set' }
  | { readonly by: 'keys'; readonly keys: readonly ListKey[] }

/** In the order of their names. */
interface ListKey {
  readonly name: string
  /** What is meant when the item leaves it out. */
  readonly preset?: unknown
}

const ANY: Shape = { type: 'any' }
const DEDUCED: Shape = { type: 'deduced' }

/** The shape of a kind; without a schema it is deduced from each value. */
export function shapeOfKind(apiVersion: string, kind: string): Shape {
  if (kind === 'Scale' && apiVersion === 'autoscaling/v1') return SCALE
  const name = definitionNameOf(apiVersion, kind)
  return name === undefined ? DEDUCED : shapeNamed(name)
}

const NAMED = new Map<string, Shape>()

function shapeNamed(name: string): Shape {
  const known = NAMED.get(name)
  if (known !== undefined) return known
  const definition = definitionNamed(name)
  const shape = definition === undefined ? DEDUCED : shapeOfDefinition(definition, name)
  NAMED.set(name, shape)
  return shape
}

const PRESENT: Readonly<Record<string, readonly string[]>> = presence.present
const KEY_PRESETS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = presence.keys

function shapeOfDefinition(
  definition: Definition,
  name: string,
  atomic = definition.atomic ?? false,
): Shape {
  // An object without fields is free in form.
  if (Object.keys(definition.fields).length === 0) return DEDUCED
  const parts = PRESENT[name] ?? []
  const required = [...(definition.required ?? []), ...standingTimesOf(name)]
  const fields = new Map<string, StructField>()
  return {
    type: 'struct',
    atomic,
    standing: [...new Set([...parts, ...required])],
    // Looked up when asked for: some definitions hold themselves.
    field: (field) => {
      const known = fields.get(field)
      if (known !== undefined) return known
      const schema = fieldOf(definition, field)
      if (schema === undefined) return undefined
      const found: StructField = {
        shape: shapeOf(schema),
        ...(parts.includes(field) ? { standing: EMPTY } : {}),
        ...(!parts.includes(field) && required.includes(field) ? { standing: zeroOf(schema) } : {}),
      }
      fields.set(field, found)
      return found
    },
  }
}

const EMPTY = Object.freeze({})

/** What Go writes for a field that is always written and was never set. */
function zeroOf(schema: FieldSchema): unknown {
  if (!('type' in schema)) return null
  switch (schema.type) {
    case 'string':
      return schema.format === 'date-time' ? null : ''
    case 'integer':
    case 'number':
    case 'int-or-string':
      return 0
    case 'boolean':
      return false
    case 'quantity':
      return '0'
    case 'any':
      return null
  }
}

const SHAPES = new WeakMap<FieldSchema, Shape>()

function shapeOf(schema: FieldSchema): Shape {
  const known = SHAPES.get(schema)
  if (known !== undefined) return known
  const shape = newShape(schema)
  SHAPES.set(schema, shape)
  return shape
}

function newShape(schema: FieldSchema): Shape {
  if ('ref' in schema) {
    const definition = definitionNamed(schema.ref)
    if (schema.atomic !== true || definition === undefined) return shapeNamed(schema.ref)
    return shapeOfDefinition(definition, schema.ref, true)
  }
  if ('map' in schema) {
    return { type: 'map', atomic: schema.atomic ?? false, item: () => shapeOf(schema.map) }
  }
  if ('array' in schema) {
    return { type: 'list', merge: mergeOf(schema), item: () => shapeOf(schema.array) }
  }
  switch (schema.type) {
    case 'string':
      return schema.format === undefined || schema.format === 'byte' ? STRING : UNTYPED
    case 'integer':
    case 'number':
      return { type: 'scalar', scalar: 'numeric' }
    case 'boolean':
      return { type: 'scalar', scalar: 'boolean' }
    case 'int-or-string':
    case 'quantity':
      return UNTYPED
    case 'any':
      return ANY
  }
}

const STRING: Shape = { type: 'scalar', scalar: 'string' }
const UNTYPED: Shape = { type: 'scalar', scalar: 'untyped' }

type ListSchema = Extract<FieldSchema, { readonly array: FieldSchema }>

/** An older kind may have only the words of strategic merge patch for it. */
function mergeOf({ array, listType, listMapKeys, ...patch }: ListSchema): ListMerge {
  if (listType === 'set') return { by: 'set' }
  if (listType === 'map') return byKeys(listMapKeys ?? [], array)
  if (listType !== undefined || patch.patchStrategy?.startsWith('merge') !== true) {
    return { by: 'atomic' }
  }
  return patch.patchMergeKey === undefined ? { by: 'set' } : byKeys([patch.patchMergeKey], array)
}

function byKeys(names: readonly string[], item: FieldSchema): ListMerge {
  const name = 'ref' in item ? item.ref : ''
  const definition = definitionNamed(name)
  const presets = KEY_PRESETS[name] ?? {}
  const keys = names.map((key): ListKey => {
    if (Object.hasOwn(presets, key)) return { name: key, preset: presets[key] }
    const schema = definition === undefined ? undefined : fieldOf(definition, key)
    const isRequired = definition?.required?.includes(key) === true
    return schema !== undefined && isRequired
      ? { name: key, preset: zeroOf(schema) }
      : { name: key }
  })
  return { by: 'keys', keys: keys.toSorted((a, b) => compareTexts(a.name, b.name)) }
}

/** The scale subresource has a kind of its own, and that is all of it that anybody owns. */
const SCALE = shapeOfDefinition(
  {
    fields: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { ref: 'meta.v1.ObjectMeta' },
      spec: { map: { type: 'integer' } },
      status: { map: { type: 'any' } },
    },
  },
  'autoscaling.v1.Scale',
)

/** Shapes that are owned part by part, by names. */
export type GranularShape = Extract<Shape, { readonly type: 'struct' | 'map' | 'deduced' }>

/** Undefined: a struct has no such field. */
export function fieldShape(shape: GranularShape, name: string): Shape | undefined {
  switch (shape.type) {
    case 'struct':
      return shape.field(name)?.shape
    case 'map':
      return shape.item()
    case 'deduced':
      return shape
  }
}

/** Whether nothing is in it, and nothing stands in it unwritten. */
export function isBare(shape: Shape, value: unknown): boolean {
  if (value === undefined || !isFields(value)) return true
  for (const name in value) if (Object.hasOwn(value, name)) return false
  return shape.type !== 'struct' || shape.standing.length === 0
}

/** Whether Kubernetes' types do not hold it, or not write it. */
export function isAbsent(shape: Shape, value: unknown): boolean {
  if (value === undefined || value === null) return true
  if (shape.type === 'list') return itemsOf(value).length === 0
  return shape.type === 'map' && isBare(shape, value)
}

export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** How an item of a list is told apart; undefined when it cannot be. */
export function elementOf(merge: ListMerge, item: unknown): PathElement | undefined {
  switch (merge.by) {
    case 'atomic':
      return undefined
    case 'set':
      return typeof item === 'object' ? undefined : valueElement(item)
    case 'keys': {
      if (!isFields(item)) return undefined
      const fields: [string, unknown][] = []
      for (const { name, preset } of merge.keys) {
        const value = Object.hasOwn(item, name) ? item[name] : preset
        if (value !== undefined) fields.push([name, value])
      }
      return fields.length === 0 ? undefined : keyElement(fields)
    }
  }
}
