import { withStandingFields } from '../api/standing-fields.ts'
import type { ApiObject } from '../api/meta.ts'

/**
 * JSON texts of stored objects. They are frozen, so a text is made once however many lists and watches tell of
 * it. Without the opening brace, apiVersion and kind, which the items of a list lack.
 */
const TEXTS = new WeakMap<object, string>()

export function jsonOf(object: ApiObject): string {
  const { apiVersion, kind } = object
  const head = `{"kind":${JSON.stringify(kind)},"apiVersion":${JSON.stringify(apiVersion)}`
  const rest = restOf(object)
  return rest === '}' ? head + rest : `${head},${rest}`
}

/** For a state that nobody is told of any more. */
export function forgetJson(object: ApiObject): void {
  TEXTS.delete(object)
}

/** As an item of a typed list. */
export function jsonOfItem(object: ApiObject): string {
  return `{${restOf(object)}`
}

function restOf(object: ApiObject): string {
  const known = TEXTS.get(object)
  if (known !== undefined) return known
  const { apiVersion: _version, kind: _kind, ...rest } = withStandingFields(object)
  const text = JSON.stringify(rest).slice(1)
  TEXTS.set(object, text)
  return text
}
