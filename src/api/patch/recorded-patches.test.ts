import { expect, test } from 'vitest'
import { isFields, type Fields } from '../../base/fields.ts'
import { ApiError } from '../api-error.ts'
import { applyDefaults } from '../defaults.ts'
import recorded from '../generated/patches.json' with { type: 'json' }
import type { ApiObject } from '../meta.ts'
import { definitionOfKind, type Definition } from '../schema.ts'
import { applyJsonPatch } from './json-patch.ts'
import { applyMergePatch } from './merge-patch.ts'
import { applyStrategicMergePatch } from './strategic-merge.ts'

interface RecordedPatch {
  readonly name: string
  readonly type: string
  readonly patch?: unknown
  readonly current: number
  readonly object?: unknown
  readonly refusal?: {
    readonly code: number
    readonly message: string
    readonly reason?: string
    readonly details?: { readonly causes?: unknown }
  }
}

const CASES: readonly RecordedPatch[] = recorded.cases
const OBJECTS: readonly object[] = recorded.objects

/** The patch itself is fine; what comes of it is refused where the object is decoded or validated. */
const REFUSED_LATER = new Set([
  'strategic: containers that are an object',
  'strategic: containers that are a text',
  'strategic: a strategy without that directive',
  'strategic: data of numbers',
  'strategic: data that is a list',
])

const TOO_MANY = Array.from({ length: 10_001 }, () => ({
  op: 'test',
  path: '/data/key',
  value: 'value',
}))

test.each(CASES.map((one) => [one.name, one] as const))('%s: as Kubernetes has it', (name, one) => {
  const current = OBJECTS[one.current] ?? {}
  const before = structuredClone({ current, patch: one.patch })
  const outcome = attempt(() => patched(current, one))
  expect({ current, patch: one.patch }).toEqual(before)
  if (one.refusal === undefined) {
    expect(comparable(outcome)).toEqual(comparable(one.object))
    return
  }
  expect(outcome instanceof ApiError).toBe(!REFUSED_LATER.has(name))
  if (!(outcome instanceof ApiError)) return
  const { code, message, causes } = outcome
  const reason = outcome.reason === 'Unknown' ? undefined : outcome.reason
  expect({ code, message, reason, causes }).toEqual({
    code: one.refusal.code,
    message: one.refusal.message,
    reason: one.refusal.reason,
    causes: one.refusal.details?.causes ?? [],
  })
})

function patched(current: object, { type, patch = TOO_MANY }: RecordedPatch): unknown {
  switch (type) {
    case 'json':
      return applyJsonPatch(current, patch)
    case 'merge':
      return applyMergePatch(current, patch)
    default:
      return applyStrategicMergePatch(current, patch, definitionOf(current))
  }
}

function definitionOf(object: object): Definition {
  const { apiVersion, kind } = Object.fromEntries<unknown>(Object.entries(object))
  const definition = definitionOfKind(String(apiVersion), String(kind))
  if (definition === undefined) throw new Error(`no definition of ${String(kind)}`)
  return definition
}

function attempt(act: () => unknown): unknown {
  try {
    return act()
  } catch (error) {
    if (error instanceof ApiError) return error
    throw error
  }
}

/** As it looks once it is decoded (what the kind does not have is gone) and has its defaults. */
function comparable(object: unknown): unknown {
  const decoded = decode(object)
  return isApiObject(decoded) ? decode(applyDefaults(decoded)) : object
}

function decode(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decode)
  if (!isFields(value)) return value
  const members = Object.entries(value).flatMap(([name, member]) => {
    const decoded = decode(member)
    const isUnknown = name.startsWith('$') || name === 'nothing'
    return isUnknown || isEmpty(decoded) ? [] : [[name, decoded] as const]
  })
  return Object.fromEntries(members)
}

function isEmpty(value: unknown): boolean {
  return (
    value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0)
  )
}

function isApiObject(value: unknown): value is ApiObject & Fields {
  return isFields(value) && isFields(value['metadata'])
}
