import { isFields } from '../../base/fields.ts'
import { canonicalElement, inElementOrder, printElement } from './path-element.ts'

/**
 * A set of fields as `fieldsV1` of managedFields spells it, and as it is worked with too. A node
 * belongs to the set when it is empty or holds `.`; what is below it belongs for itself.
 * Never changed: an operation that changes nothing returns the very set that it was given.
 * (structured-merge-diff, fieldpath.Set)
 */
export interface FieldSet {
  readonly [element: string]: FieldSet
}

/** The empty set; inside of a set: a member without members below it. */
export const NO_FIELDS: FieldSet = Object.freeze({})

export const SELF = '.'

export function isEmptySet(set: FieldSet): boolean {
  for (const element in set) if (element !== SELF) return false
  return true
}

/** Whether the node is a member itself, for a node that is not the root. */
export function isMember(node: FieldSet): boolean {
  if (SELF in node) return true
  return isEmptySet(node)
}

/** What is in either. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b || isEmptySet(b)) return a
  if (isEmptySet(a)) return b
  const found: Record<string, FieldSet> = { ...a }
  let changed = false
  for (const element in b) {
    const mine = a[element]
    const theirs = b[element] ?? NO_FIELDS
    const both = mine === undefined ? theirs : unionOfNodes(mine, theirs)
    if (both === mine) continue
    found[element] = both
    changed = true
  }
  return changed ? found : a
}

function unionOfNodes(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b) return a
  if (isEmptySet(a)) return isEmptySet(b) ? a : withSelf(b)
  if (isEmptySet(b)) return withSelf(a)
  return union(a, b)
}

function withSelf(node: FieldSet): FieldSet {
  return SELF in node ? node : { [SELF]: NO_FIELDS, ...node }
}

/** What is in `a` and not in `b`, each member for itself: without a parent its children stay. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  return reduced(a, b, (mine, theirs) => {
    const below = difference(mine, theirs)
    return node(isMember(mine) && !isMember(theirs), below, mine)
  })
}

/** What is in `a` and neither in `b` nor below a member of `b`. */
export function recursiveDifference(a: FieldSet, b: FieldSet): FieldSet {
  return reduced(a, b, (mine, theirs) => {
    if (isMember(theirs)) return undefined
    return node(isMember(mine), recursiveDifference(mine, theirs), mine)
  })
}

/** What is in both. */
export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b) return a
  const found: Record<string, FieldSet> = {}
  let changed = false
  for (const element in a) {
    if (element === SELF) continue
    const mine = a[element] ?? NO_FIELDS
    const theirs = b[element]
    const both =
      theirs === undefined
        ? undefined
        : node(isMember(mine) && isMember(theirs), intersection(mine, theirs), mine)
    if (both !== mine) changed = true
    if (both !== undefined) found[element] = both
  }
  return changed ? found : a
}

/** `a` with `reduce` of what both have; undefined is left out. */
function reduced(
  a: FieldSet,
  b: FieldSet,
  reduce: (mine: FieldSet, theirs: FieldSet) => FieldSet | undefined,
): FieldSet {
  let changes: Map<string, FieldSet | undefined> | undefined
  for (const element in b) {
    const mine = a[element]
    if (mine === undefined || element === SELF) continue
    const rest = reduce(mine, b[element] ?? NO_FIELDS)
    if (rest !== mine) (changes ??= new Map()).set(element, rest)
  }
  return changes === undefined ? a : changedSet(a, changes)
}

function changedSet(a: FieldSet, changes: ReadonlyMap<string, FieldSet | undefined>): FieldSet {
  const found: Record<string, FieldSet> = {}
  for (const element in a) {
    const rest = changes.has(element) ? changes.get(element) : a[element]
    if (rest !== undefined) found[element] = rest
  }
  return found
}

/** A node of a set; `previous` when it is the same. Undefined: nothing of it is left. */
export function node(member: boolean, below: FieldSet, previous?: FieldSet): FieldSet | undefined {
  if (isEmptySet(below)) {
    if (!member) return undefined
    return previous !== undefined && isEmptySet(previous) ? previous : NO_FIELDS
  }
  if (member === SELF in below) return below
  if (member) return withSelf(below)
  const { [SELF]: self, ...rest } = below
  return self === undefined ? below : rest
}

export function hasPath(set: FieldSet, path: readonly string[]): boolean {
  let at: FieldSet | undefined = set
  for (const element of path) at = at?.[element]
  return at !== undefined && path.length > 0 && isMember(at)
}

/** The set of one path. */
export function setOf(...path: readonly string[]): FieldSet {
  return path.reduceRight((below, element) => ({ [element]: below }), NO_FIELDS)
}

/** Every member as a conflict prints it, in Kubernetes' order: those of a level before those below. */
export function printPaths(set: FieldSet, prefix = ''): readonly string[] {
  const nodes = Object.entries(inOrder(set)).filter(([element]) => element !== SELF)
  const paths = nodes.map(([element, below]) => [prefix + printElement(element), below] as const)
  return [
    ...paths.flatMap(([path, below]) => (isMember(below) ? [path] : [])),
    ...paths.flatMap(([path, below]) => printPaths(below, path)),
  ]
}

const ORDERED = new WeakSet<FieldSet>([NO_FIELDS])

/** The same set with its elements in Kubernetes' order, `.` first. */
export function inOrder(set: FieldSet): FieldSet {
  if (ORDERED.has(set)) return set
  const elements = Object.keys(set).filter((element) => element !== SELF)
  const ordered: Record<string, FieldSet> = SELF in set ? { [SELF]: NO_FIELDS } : {}
  for (const element of inElementOrder(elements)) {
    ordered[element] = inOrder(set[element] ?? NO_FIELDS)
  }
  ORDERED.add(ordered)
  return ordered
}

/** How deep a set from outside may be; objects are never as deep as that. */
const DEPTH_MAX = 500

const DECODED = new WeakMap<object, FieldSet | 'wrong'>()

/** A set from `fieldsV1`, whatever it holds; undefined when Kubernetes could not read it. */
export function decodeFieldSet(fields: unknown): FieldSet | undefined {
  if (fields === undefined || fields === null) return NO_FIELDS
  if (!isFields(fields)) return undefined
  const known = DECODED.get(fields)
  if (known !== undefined) return known === 'wrong' ? undefined : known
  const set = decodedBelow(fields, 0)
  DECODED.set(fields, set ?? 'wrong')
  if (set !== undefined) DECODED.set(set, set)
  return set
}

/** Sets that are made here need not be read again. */
export function asDecoded(set: FieldSet): FieldSet {
  DECODED.set(set, set)
  return set
}

function decodedBelow(fields: object, depth: number): FieldSet | undefined {
  if (depth > DEPTH_MAX) return undefined
  const found: Record<string, FieldSet> = {}
  let same = true
  for (const [text, value] of Object.entries(fields)) {
    if (text === SELF) {
      if (depth > 0) found[SELF] = NO_FIELDS
      same &&= depth > 0
      continue
    }
    const element = canonicalElement(text)
    if (element === undefined || !isFields(value)) return undefined
    if (element === '') {
      same = false
      continue
    }
    const below = decodedBelow(value, depth + 1)
    if (below === undefined) return undefined
    same &&= element === text && below === value
    found[element] = below
  }
  // Not the very object that came: nobody else may hold what is kept.
  return same && Object.isFrozen(fields) ? asSet(fields) : found
}

/** What was just looked through. */
function asSet(fields: object): FieldSet {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every level was checked
  return fields as FieldSet
}
