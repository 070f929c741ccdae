/**
 * What strategic merge asks of the schema: how the field of an object merges. The errors are those of
 * apimachinery's strategicpatch, which an API server passes on as they are.
 */
import { definitionNamed, fieldOf, type Definition, type FieldSchema } from '../schema.ts'
import { patchFault } from './patch-refusal.ts'

/** The type of the value that is merged into. */
export type MergeShape =
  | { readonly kind: 'struct'; readonly name: string; readonly definition: Definition }
  | { readonly kind: 'map' | 'slice' | 'string' }

export interface FieldMerging {
  /** Of the field's value, or of the items of a list. */
  readonly shape: MergeShape
  readonly strategy: string
  /** Tells the items of a list apart; empty where they are scalars or the list is replaced. */
  readonly mergeKey: string
}

export function mergingOfObject(shape: MergeShape, name: string): FieldMerging {
  const field = fieldIn(shape, name)
  return { shape: shapeOf(field), strategy: strategyOf(field), mergeKey: '' }
}

export function mergingOfList(shape: MergeShape, name: string): FieldMerging {
  const field = fieldIn(shape, name)
  if (!('array' in field)) throw patchFault('expected slice or array type, but got: struct')
  return {
    shape: shapeOf(field.array),
    strategy: strategyOf(field),
    mergeKey: field.patchMergeKey ?? '',
  }
}

function fieldIn(shape: MergeShape, name: string): FieldSchema {
  if (shape.kind !== 'struct') {
    const message = `merging an object in json but data type is not struct, instead is: ${shape.kind}`
    throw patchFault(message)
  }
  const field = fieldOf(shape.definition, name)
  if (field !== undefined) return field
  const quoted = JSON.stringify(name)
  throw patchFault(`unable to find api field in struct ${shape.name} for the json field ${quoted}`)
}

function shapeOf(field: FieldSchema): MergeShape {
  if ('map' in field) return { kind: 'map' }
  if ('array' in field) return { kind: 'slice' }
  const definition = 'ref' in field ? definitionNamed(field.ref) : undefined
  if (!('ref' in field) || definition === undefined) return { kind: 'string' }
  return { kind: 'struct', name: field.ref.split('.').at(-1) ?? '', definition }
}

/** Of `merge,retainKeys` what is not retainKeys, which is a matter of the patch alone. */
function strategyOf(field: FieldSchema): string {
  const strategies = 'patchStrategy' in field ? (field.patchStrategy ?? '').split(',') : []
  return strategies.find((strategy) => strategy !== 'retainKeys') ?? ''
}
