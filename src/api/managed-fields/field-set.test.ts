import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  asDecoded,
  decodeFieldSet,
  difference,
  hasPath,
  inOrder,
  intersection,
  isEmptySet,
  NO_FIELDS,
  printPaths,
  recursiveDifference,
  setOf,
  union,
  type FieldSet,
} from './field-set.ts'

type Path = readonly string[]

const ELEMENT = fc.constantFrom('f:a', 'f:b', 'k:{"name":"a"}', 'k:{"port":80}', 'v:1', 'i:0')
const PATHS = fc.array(fc.array(ELEMENT, { minLength: 1, maxLength: 3 }), { maxLength: 12 })

/** The obvious way: a list of paths. */
function setFrom(paths: readonly Path[]): FieldSet {
  return paths.map((path) => setOf(...path)).reduce(union, NO_FIELDS)
}

function pathsOf(set: FieldSet, prefix: Path = []): readonly string[] {
  return Object.entries(set).flatMap(([element, below]) => {
    if (element === '.') return []
    const path = [...prefix, element]
    return [...(hasPath(set, [element]) ? [path.join('/')] : []), ...pathsOf(below, path)]
  })
}

function textsOf(paths: readonly Path[]): readonly string[] {
  return [...new Set(paths.map((path) => path.join('/')))].toSorted()
}

function sorted(set: FieldSet): readonly string[] {
  return pathsOf(set).toSorted()
}

describe('operations on sets agree with lists of paths', () => {
  const both = fc.tuple(PATHS, PATHS)
  test('union', () => {
    fc.assert(
      fc.property(both, ([a, b]) => {
        expect(sorted(union(setFrom(a), setFrom(b)))).toEqual(textsOf([...a, ...b]))
      }),
    )
  })

  test('difference', () => {
    fc.assert(
      fc.property(both, ([a, b]) => {
        const left = textsOf(a).filter((path) => !textsOf(b).includes(path))
        expect(sorted(difference(setFrom(a), setFrom(b)))).toEqual(left)
      }),
    )
  })

  test('intersection', () => {
    fc.assert(
      fc.property(both, ([a, b]) => {
        const shared = textsOf(a).filter((path) => textsOf(b).includes(path))
        expect(sorted(intersection(setFrom(a), setFrom(b)))).toEqual(shared)
      }),
    )
  })

  test('difference with all that is below', () => {
    fc.assert(
      fc.property(both, ([a, b]) => {
        const gone = textsOf(b)
        const left = textsOf(a).filter(
          (path) => !gone.some((other) => path === other || path.startsWith(`${other}/`)),
        )
        expect(sorted(recursiveDifference(setFrom(a), setFrom(b)))).toEqual(left)
      }),
    )
  })

  test('an operation that changes nothing returns the set that it was given', () => {
    fc.assert(
      fc.property(PATHS, (paths) => {
        const set = setFrom(paths)
        expect(union(set, setFrom(paths))).toBe(set)
        expect(difference(set, setOf('f:other'))).toBe(set)
        expect(recursiveDifference(set, setOf('f:other', 'f:a'))).toBe(set)
        expect(intersection(set, set)).toBe(set)
      }),
    )
  })
})

test('a set survives its way over JSON', () => {
  fc.assert(
    fc.property(PATHS, (paths) => {
      const set = setFrom(paths)
      const json: unknown = JSON.parse(JSON.stringify(inOrder(set)))
      const decoded = decodeFieldSet(json) ?? setOf('f:wrong')
      expect(sorted(decoded)).toEqual(textsOf(paths))
      expect(isEmptySet(decoded)).toBe(paths.length === 0)
      expect(inOrder(decoded)).toEqual(inOrder(set))
    }),
  )
})

test('elements are in the order of Kubernetes: fields, keys by their values, values, places', () => {
  const elements = [
    'v:"b"',
    'v:10',
    'v:9',
    'i:2',
    'i:10',
    'k:{"containerPort":8080,"protocol":"TCP"}',
    'k:{"containerPort":80,"protocol":"UDP"}',
    'k:{"containerPort":80,"protocol":"TCP"}',
    'f:b',
    'f:a',
  ]
  const set = setFrom(elements.map((element) => [element]))
  expect(Object.keys(inOrder(set))).toEqual([
    'f:a',
    'f:b',
    'k:{"containerPort":80,"protocol":"TCP"}',
    'k:{"containerPort":80,"protocol":"UDP"}',
    'k:{"containerPort":8080,"protocol":"TCP"}',
    'v:9',
    'v:10',
    'v:"b"',
    'i:2',
    'i:10',
  ])
})

test('paths are printed as in conflicts, a level before what is below it', () => {
  const set = setFrom([
    ['f:spec', 'k:{"name":"app"}', 'f:image'],
    ['f:spec', 'f:replicas'],
    ['f:spec'],
    ['f:finalizers', 'v:"a/b"'],
  ])
  expect(printPaths(set)).toEqual([
    '.spec',
    '.finalizers[="a/b"]',
    '.spec.replicas',
    '.spec[name="app"].image',
  ])
})

describe('sets from outside', () => {
  test.each<[string, unknown, unknown]>([
    ['nothing is no fields', undefined, {}],
    ['a key has one spelling', { 'k:{ "b":1, "a":2 }': {} }, { 'k:{"a":2,"b":1}': {} }],
    ['an unknown kind of element is passed over', { 'x:1': {}, 'f:a': {} }, { 'f:a': {} }],
    ['the whole object is owned by nobody', { '.': {}, 'f:a': {} }, { 'f:a': {} }],
    ['a name without a kind cannot be read', { spec: {} }, undefined],
    ['a value that is no JSON cannot be read', { 'v:x': {} }, undefined],
    ['a key that is no object cannot be read', { 'k:[1]': {} }, undefined],
    ['a text is no set', 'f:a', undefined],
    ['a text inside is no set', { 'f:a': 'x' }, undefined],
    ['an inherited name is a name like any other', { 'f:__proto__': {} }, { 'f:__proto__': {} }],
  ])('%s', (_name, fields, set) => {
    expect(decodeFieldSet(fields)).toEqual(set)
    // A second time it is remembered.
    expect(decodeFieldSet(fields)).toEqual(set)
  })

  test('a set deeper than any object cannot be read', () => {
    let deep = {}
    for (let depth = 0; depth < 100_000; depth += 1) deep = { 'f:a': deep }
    expect(decodeFieldSet(deep)).toBe(undefined)
  })

  test('a set that was made here is not read again', () => {
    const set = asDecoded(setOf('f:a', 'f:b'))
    expect(decodeFieldSet(set)).toBe(set)
  })
})
