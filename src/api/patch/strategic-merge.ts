import { isFields, withoutNulls, type Fields } from '../../base/fields.ts'
import type { Definition } from '../schema.ts'
import { orderItems } from './list-order.ts'
import {
  mergingOfList,
  mergingOfObject,
  type FieldMerging,
  type MergeShape,
} from './merge-schema.ts'
import { badPatch, jsonTypeOf, requireBoundedDepth, tooDeep, wrongType } from './patch-refusal.ts'
import { mergeKeyOf, requireSameOrder } from './set-element-order.ts'
import {
  deleteFromList,
  firstOfSameType,
  mergeLists,
  unknownDirective,
  type MergedList,
} from './strategic-list.ts'

const SET_ORDER = '$setElementOrder'
const DELETE_FROM_LIST = '$deleteFromPrimitiveList'

type Members = Map<string, unknown>

/**
 * Strategic merge patch, as apimachinery's strategicpatch does it: lists whose items the schema tells
 * apart are merged item by item. Neither argument is changed. Directives in what is new are left where
 * they are, as Kubernetes leaves them, for the decoder to drop.
 * https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md
 */
export function applyStrategicMergePatch(
  current: object,
  patch: unknown,
  definition: Definition,
): object {
  if (patch === null) return current
  if (!isFields(patch)) {
    const type = jsonTypeOf(patch)
    throw badPatch(`json: cannot unmarshal ${type} into Go value of type map[string]interface {}`)
  }
  requireBoundedDepth(patch, tooDeep)
  const fields: Fields = Object.fromEntries(Object.entries(current))
  const name = String(fields['kind'])
  return mergeObjects(fields, patch, { kind: 'struct', name, definition })
}

function mergeObjects(current: Fields, patch: Fields, shape: MergeShape): Fields {
  if (Object.hasOwn(patch, '$patch')) return applyDirective(patch)
  const { $retainKeys: retainKeys, ...members } = patch
  const merged = new Map(Object.entries(current))
  const wanted = new Map(Object.entries(members))
  if (retainKeys !== undefined) retain(merged, wanted, retainKeys)
  for (const [name, order] of wanted) {
    if (name.startsWith(SET_ORDER)) mergeInOrder(merged, wanted, { name, order, shape })
  }
  for (const [name, value] of wanted) mergeField(merged, { name, value, shape })
  return Object.fromEntries(merged)
}

function applyDirective({ $patch: directive, ...rest }: Fields): Fields {
  if (directive === 'replace') return rest
  if (directive === 'delete') return {}
  throw unknownDirective(directive, { ...rest, $patch: directive })
}

/** `$retainKeys` lists all members that stay, and so all that the patch may set. */
function retain(merged: Members, wanted: Members, retainKeys: unknown): void {
  if (!Array.isArray(retainKeys)) throw badPatch('invalid patch format of retainKeys')
  const retained = new Set<unknown>(retainKeys)
  for (const [name, value] of wanted) {
    const isDirective = name.startsWith(SET_ORDER) || name.startsWith(DELETE_FROM_LIST)
    if (value === null || isDirective || retained.has(name)) continue
    throw badPatch('invalid patch format of retainKeys')
  }
  for (const name of merged.keys()) {
    if (!retained.has(name)) merged.delete(name)
  }
}

interface OrderDirective {
  readonly name: string
  readonly order: unknown
  readonly shape: MergeShape
}

/** Merges the list that a `$setElementOrder/` is about, which is then done: both leave `wanted`. */
function mergeInOrder(merged: Members, wanted: Members, directive: OrderDirective): void {
  const { name, order, shape } = directive
  wanted.delete(name)
  const setOrder = requireList(order)
  const field = fieldNameAfter(SET_ORDER, name, 'invalid patch format of setElementOrder list')
  const current = merged.has(field) ? requireList(merged.get(field)) : undefined
  const patch = wanted.has(field) ? requireList(wanted.get(field)) : undefined
  const merging = mergingOfList(shape, field)
  requireSameOrder(patch ?? [], setOrder, merging.mergeKey)
  if (current === undefined && patch === undefined) return
  const { items, leftBehind } = mergeListField(current, patch, merging)
  firstOfSameType(current ?? [], patch ?? [])
  const identity = mergeKeyOf(merging.mergeKey)
  merged.set(field, orderItems(items, { identity, patch: setOrder, server: leftBehind }))
  wanted.delete(field)
}

/** A list of which at least one side is there. */
function mergeListField(
  current: readonly unknown[] | undefined,
  patch: readonly unknown[] | undefined,
  { shape, strategy, mergeKey }: FieldMerging,
): MergedList {
  if (patch === undefined) return { items: current ?? [], leftBehind: current ?? [] }
  if (current === undefined) return { items: patch.flatMap(withoutDirectives), leftBehind: [] }
  if (strategy !== 'merge') return { items: patch, leftBehind: current }
  const mergeItem = (item: Fields, change: Fields): Fields => mergeObjects(item, change, shape)
  return mergeLists(current, patch, { mergeKey, mergeItem })
}

interface FieldPatch {
  readonly name: string
  readonly value: unknown
  readonly shape: MergeShape
}

function mergeField(merged: Members, { name, value, shape }: FieldPatch): void {
  if (name.startsWith(DELETE_FROM_LIST)) return deleteFromField(merged, { name, value, shape })
  const current = merged.get(name)
  if (value === null) merged.delete(name)
  else if (isFields(current) && isFields(value)) {
    const merging = mergingOfObject(shape, name)
    const isReplaced = merging.strategy === 'replace'
    merged.set(name, isReplaced ? value : mergeObjects(current, value, merging.shape))
  } else if (Array.isArray(current) && Array.isArray(value)) {
    merged.set(name, mergeListField(current, value, mergingOfList(shape, name)).items)
  } else {
    merged.delete(name)
    for (const kept of withoutDirectives(withoutNulls(value))) merged.set(name, kept)
  }
}

/** Other than its name says, Kubernetes merges such a list if it is one of objects. */
function deleteFromField(merged: Members, { name, value, shape }: FieldPatch): void {
  const wrong = 'invalid patch format of primitive list'
  const field = fieldNameAfter(DELETE_FROM_LIST, name, wrong)
  const current = merged.get(field)
  if (value === null) merged.delete(field)
  if (!Array.isArray(current) || !Array.isArray(value)) return
  const merging = mergingOfList(shape, field)
  const isOfObjects = [...current, ...value].some(isFields)
  merged.set(
    field,
    isOfObjects
      ? mergeListField(current, value, { ...merging, strategy: 'merge' }).items
      : deleteFromList(current, value),
  )
}

function fieldNameAfter(directive: string, name: string, otherwise: string): string {
  const slash = name.indexOf('/')
  if (name.slice(0, slash) !== directive) throw badPatch(otherwise)
  return name.slice(slash + 1)
}

function requireList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw wrongType('[]interface {}', value)
}

/** The value without the parts that have a `$patch`, in a list; nothing if it has one itself. */
function withoutDirectives(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return [value.flatMap(withoutDirectives)]
  if (!isFields(value)) return [value]
  if (Object.hasOwn(value, '$patch')) return []
  const members = Object.entries(value).flatMap(([name, member]) =>
    withoutDirectives(member).map((kept) => [name, kept] as const),
  )
  return [Object.fromEntries(members)]
}
