import { areEqual } from '../../base/equal-values.ts'
import { patchRejected, requireBoundedDepth } from './patch-refusal.ts'

/** The `copy` operations of one patch make the object at most so much larger (apiserver, JSONPatchMaxCopyBytes). */
const COPIED_BYTES_MAX = 3 * 1024 * 1024

type Container = Record<string, unknown> | unknown[]

/**
 * A JSON object that the operations of a JSON patch change, behaving as gopkg.in/evanphx/json-patch.v4
 * does. Each method throws when its operation cannot be carried out. Values are taken over, not copied.
 */
export class JsonDocument {
  #root: Container
  #copiedBytes = 0

  constructor(object: object) {
    const copy: unknown = structuredClone(object)
    if (!isContainer(copy)) throw patchRejected()
    this.#root = copy
  }

  get root(): object {
    return this.#root
  }

  add(path: string, value: unknown): void {
    const { parent, key } = this.#find(path)
    if (!Array.isArray(parent)) setMember(parent, key, value)
    else if (key === '-') parent.push(value)
    else parent.splice(placeIn(parent.length + 1, key), 0, value)
  }

  remove(path: string): void {
    const { parent, key } = this.#find(path)
    if (Array.isArray(parent)) parent.splice(placeIn(parent.length, key), 1)
    else if (Object.hasOwn(parent, key)) delete parent[key]
    else throw patchRejected()
  }

  /** A scalar in place of the whole document changes nothing; a member need not be there. */
  replace(path: string, value: unknown): void {
    if (path === '') {
      if (isContainer(value)) this.#root = value
      return
    }
    const { parent, key } = this.#find(path)
    if (Array.isArray(parent)) parent[placeIn(parent.length, key)] = value
    else setMember(parent, key, value)
  }

  move(from: string, path: string): void {
    const value = this.#get(from)
    this.remove(from)
    this.add(path, value)
  }

  copy(from: string, path: string): void {
    const value = this.#get(from)
    requireBoundedDepth(value, patchRejected)
    this.#copiedBytes += sizeOf(value)
    if (this.#copiedBytes > COPIED_BYTES_MAX) throw patchRejected()
    this.add(path, structuredClone(value))
  }

  test(path: string, expected: unknown): void {
    const value = path === '' ? this.#root : this.#get(path)
    if (!areEqual(value, expected)) throw patchRejected()
  }

  /** Null for a member that is missing. */
  #get(path: string): unknown {
    const { parent, key } = this.#find(path)
    return childOf(parent, key)
  }

  /** What the last part of the path is a member or an index of. What stands before its first `/` is ignored. */
  #find(path: string): { readonly parent: Container; readonly key: string } {
    const keys = path.split('/').slice(1).map(unescapeKey)
    const key = keys.pop()
    if (key === undefined) throw patchRejected()
    let parent = this.#root
    for (const step of keys) {
      const child = childOf(parent, step)
      if (!isContainer(child)) throw patchRejected()
      parent = child
    }
    return { parent, key }
  }
}

function childOf(parent: Container, key: string): unknown {
  if (Array.isArray(parent)) return parent[placeIn(parent.length, key)] ?? null
  return Object.hasOwn(parent, key) ? parent[key] : null
}

/** Places count from 0, or with a minus from the end. */
function placeIn(length: number, key: string): number {
  if (!/^[+-]?\d{1,15}$/.test(key)) throw patchRejected()
  const place = Number(key)
  if (place >= length || place < -length) throw patchRejected()
  return place < 0 ? place + length : place
}

/** RFC 6901, section 4. */
function unescapeKey(key: string): string {
  return key.replaceAll('~1', '/').replaceAll('~0', '~')
}

/** An assignment would not make a member of `__proto__`. */
function setMember(object: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(object, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  })
}

/** Bytes as Go would write it: `<`, `>` and `&` are escaped. */
function sizeOf(value: unknown): number {
  const json = JSON.stringify(value)
  return new TextEncoder().encode(json).length + 5 * (json.match(/[<>&]/g)?.length ?? 0)
}

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null
}
