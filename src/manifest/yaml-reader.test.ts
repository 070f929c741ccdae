import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { memoryFiles } from '../../tests/support/memory-files.ts'
import { readInput } from './input-reader.ts'
import { readYaml } from './yaml-reader.ts'

describe('documents become plain data', () => {
  test.each<[string, string, unknown]>([
    [
      'scalars as kubectl reads them',
      'a: yes\nb: 0644\nc: "yes"\nd: ~\ne: 2001-01-01',
      { a: true, b: 420, c: 'yes', d: null, e: '2001-01-01' },
    ],
    ['tags', 'a: !!str 5\nb: !!int "7"\nc: !own x', { a: '5', b: 7, c: 'x' }],
    ['anchors', 'a: &x { b: 1 }\nc: *x', { a: { b: 1 }, c: { b: 1 } }],
    [
      'merged mappings, where the nearer value wins',
      'a: &x { b: 1, c: 2 }\nd: { <<: *x, c: 3 }',
      { a: { b: 1, c: 2 }, d: { b: 1, c: 3 } },
    ],
    [
      'several merged mappings',
      'a: &x { b: 1 }\nc: &y { b: 2, d: 3 }\ne: { <<: [*x, *y] }',
      { a: { b: 1 }, c: { b: 2, d: 3 }, e: { b: 1, d: 3 } },
    ],
    ['keys of other types', '80: a\ntrue: b\n0x10: c', { 80: 'a', true: 'b', 16: 'c' }],
    ['text of several lines', 'a: |\n  x\n  y\nb: >-\n  x\n  y', { a: 'x\ny\n', b: 'x y' }],
    ['JSON', '{"a": [1, "1", null, false]}', { a: [1, '1', null, false] }],
  ])('%s', (_, text, value) => {
    const { documents, findings } = readYaml(text, 'f')
    expect(findings).toEqual([])
    expect(documents.map((document) => document.value)).toEqual([value])
  })

  test('a key named __proto__ is a key like any other', () => {
    const [document] = readYaml('__proto__: { a: 1 }', 'f').documents
    expect(Object.keys(document?.value ?? {})).toEqual(['__proto__'])
    expect(Object.getPrototypeOf(document?.value)).toBe(Object.prototype)
  })

  test('a document with a fault does not take the others with it', () => {
    const { documents, findings } = readYaml('a: 1\n---\nb: [\n---\nc: 3\n', 'f')
    expect(documents.map(({ value }) => value)).toEqual([{ a: 1 }, { c: 3 }])
    expect(findings.map(({ code }) => code)).toEqual(['yaml-syntax'])
  })

  test('the key of a pointer is escaped as RFC 6901 says', () => {
    const [document] = readYaml('a/b: { c~d: 1 }', 'f').documents
    expect(document?.locations['/a~1b/c~0d']).toEqual({ file: 'f', line: 1, column: 13 })
    expect(document?.keyLocations['/a~1b/c~0d']).toEqual({ file: 'f', line: 1, column: 8 })
  })
})

describe('what would be too much is refused', () => {
  test.each([
    ['aliases that multiply', bomb(12)],
    ['an alias of itself', 'a: &x [*x]'],
    ['brackets beyond what the parser stands', `a: ${'['.repeat(20_000)}${']'.repeat(20_000)}`],
    ['mappings beyond what the parser stands', `a: ${'{a: '.repeat(20_000)}`],
    ['brackets without end', `a: ${'['.repeat(200)}${']'.repeat(200)}`],
  ])('%s', (_, text) => {
    const { documents, findings } = readYaml(text, 'f')
    expect(findings.map(({ code }) => code)).toEqual(['yaml-too-large'])
    expect(documents).toEqual([])
  })
})

/** Each level is a list of nine times the one before. */
function bomb(levels: number): string {
  const lines = Array.from({ length: levels }, (_, level) => {
    const items = Array.from({ length: 9 }, () => (level === 0 ? 'x' : `*l${level - 1}`))
    return `l${level}: &l${level} [${items.join(', ')}]`
  })
  return lines.join('\n')
}

const word = fc.stringMatching(/^[a-z]([a-z0-9]{0,6}[a-z0-9])?$/)
/** Numbers are given apart, so that a value is found in the text as it is written. */
const port = fc.integer({ min: 1, max: 65_535 })
const probe = fc.record(
  {
    httpGet: fc.record({ path: word.map((text) => `/${text}`), port }),
    periodSeconds: fc.integer({ min: 1, max: 99 }),
    failureThreshold: fc.integer({ min: 1, max: 9 }),
  },
  { requiredKeys: ['httpGet'] },
)
const container = fc.record(
  {
    name: word,
    image: fc.tuple(word, word).map(([name, tag]) => `${name}:${tag}`),
    command: fc.array(fc.string({ minLength: 1, maxLength: 9 }), { minLength: 1, maxLength: 3 }),
    env: fc.array(
      fc.record({
        name: word.map((text) => text.toUpperCase()),
        value: fc.string({ minLength: 1 }),
      }),
      { maxLength: 3 },
    ),
    ports: fc.array(fc.record({ containerPort: port }), { maxLength: 2 }),
    readinessProbe: probe,
    livenessProbe: probe,
  },
  { requiredKeys: ['name', 'image', 'command'] },
)
const deployment = fc
  .record({
    name: word,
    labels: fc.dictionary(word, word, { minKeys: 1, maxKeys: 3 }),
    replicas: fc.nat(99),
    containers: fc.uniqueArray(container, {
      minLength: 1,
      maxLength: 3,
      selector: ({ name }) => name,
    }),
  })
  .map(({ name, labels, replicas, containers }) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers } },
    },
  }))
const layout = fc.record({
  indent: fc.integer({ min: 1, max: 6 }),
  indentSeq: fc.boolean(),
  lineWidth: fc.constantFrom(0, 40, 80),
  // Not `block`: the writer then puts `[]` where no reader takes it.
  collectionStyle: fc.constantFrom('any', 'flow'),
  defaultStringType: fc.constantFrom('PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE'),
  defaultKeyType: fc.constant('PLAIN'),
} as const)

test('each scalar of a Deployment is found at its place, in any layout', async () => {
  await fc.assert(
    fc.asyncProperty(deployment, layout, async (object, style) => {
      // The writer follows YAML 1.1 so that it quotes what kubectl would take for a boolean or number.
      const text = stringify(object, { ...style, version: '1.1', aliasDuplicateObjects: false })
      const { objects, findings } = await readInput(memoryFiles({ 'a.yaml': text }), 'a.yaml')
      expect(findings.map(({ code }) => code)).toEqual([
        'no-target-service',
        ...(object.spec.replicas === 0 ? ['no-replicas'] : []),
      ])
      const lines = text.split('\n')
      for (const [pointer, value] of scalarsOf(object, '')) {
        const place = objects[0]?.locations[pointer]
        const rest = [
          lines[(place?.line ?? 0) - 1]?.slice((place?.column ?? 0) - 1),
          ...lines.slice(place?.line),
        ]
        expect(startsWithValue(rest.join('\n'), value), `${pointer} in\n${text}`).toBe(true)
      }
    }),
    { numRuns: 60 },
  )
})

function scalarsOf(
  value: unknown,
  pointer: string,
): readonly (readonly [string, string | number])[] {
  if (typeof value === 'string' || typeof value === 'number') return [[pointer, value]]
  return Object.entries(value ?? {}).flatMap(([key, item]) => scalarsOf(item, `${pointer}/${key}`))
}

/** Text that, read alone, begins with this value: plain, quoted or as a block. */
function startsWithValue(text: string, value: string | number): boolean {
  if (text.startsWith(String(value))) return true
  return /^["'|>]/.test(text)
}

test('whatever happens to the text, reading it ends in an answer', async () => {
  const cut = fc.record({
    object: deployment,
    at: fc.nat(),
    remove: fc.nat(30),
    insert: fc.oneof(
      fc.string({ maxLength: 6 }),
      fc.constantFrom(
        '\n',
        ': ',
        '- ',
        '\t',
        '&a ',
        '*a',
        '<<: ',
        'null',
        '{',
        ']',
        '!!x ',
        '---\n',
        '"',
        '|\n',
        '~',
        '? ',
      ),
    ),
  })
  await fc.assert(
    fc.asyncProperty(cut, async ({ object, at, remove, insert }) => {
      const text = stringify(object)
      const position = at % (text.length + 1)
      const mutated = text.slice(0, position) + insert + text.slice(position + remove)
      const input = await readInput(
        memoryFiles({ 'd/a.yaml': mutated, 'd/hitless.yaml': mutated }),
        'd',
      )
      expect(input.findings.length).toBeGreaterThan(0)
      for (const { location } of input.findings) {
        expect(location?.line ?? 1).toBeLessThanOrEqual(mutated.split('\n').length + 1)
      }
    }),
    { numRuns: 400 },
  )
})
