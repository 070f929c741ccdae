import { isFields } from '../../base/fields.ts'
import { badPatch, jsonTypeOf, requireBoundedDepth, tooDeep } from './patch-refusal.ts'

/**
 * JSON merge patch (RFC 7386): null removes a member, objects merge, everything else replaces.
 * Neither argument is changed.
 */
export function applyMergePatch(current: object, patch: unknown): object {
  if (patch === null) throw badPatch('Invalid JSON Patch')
  if (!isFields(patch)) {
    const type = jsonTypeOf(patch)
    const message = `json: cannot unmarshal ${type} into Go value of type map[string]interface {}`
    throw badPatch(`error decoding patch: ${message}`)
  }
  requireBoundedDepth(patch, () => tooDeep('error decoding patch: '))
  return mergeObjects(current, patch)
}

function mergeObjects(current: object, patch: object): object {
  const merged = new Map<string, unknown>(Object.entries(current))
  for (const [name, value] of Object.entries(patch)) {
    if (value === undefined) continue
    if (value === null) merged.delete(name)
    else merged.set(name, mergeValue(merged.get(name), value))
  }
  return Object.fromEntries(merged)
}

function mergeValue(current: unknown, patch: unknown): unknown {
  if (!isFields(current)) return withoutNulls(patch)
  return isFields(patch) ? mergeObjects(current, patch) : patch
}

/**
 * What is new has no member that is null. Other than the RFC, Kubernetes (evanphx/json-patch) looks
 * for them in the items of a list as well, except in a list that replaces an object.
 */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  return isFields(value) ? mergeObjects({}, value) : value
}
