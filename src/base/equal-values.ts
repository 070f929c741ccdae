import { isFields, memberOf } from './fields.ts'

/** Whether two JSON values are the same; undefined is as good as absent. Parts that are one object are not looked into. */
export function areEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false
    return a.every((item: unknown, index) => areEqual(item, b[index]))
  }
  if (!isFields(a) || !isFields(b)) return false
  return (
    Object.keys(a).every((name) => areEqual(a[name], memberOf(b, name))) &&
    Object.keys(b).every((name) => Object.hasOwn(a, name) || b[name] === undefined)
  )
}
