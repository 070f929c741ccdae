import { KINDS, kindNames, type Kind } from '../../src/api/kinds.ts'
import { definitionNamed, definitionOfKind, type FieldSchema } from '../../src/api/schema.ts'
import { randomInteger, seededRandom, type Random } from '../../src/world/random.ts'

/** One request that no client would send, or only almost. */
export interface FuzzedRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

/** The same seed gives the same requests. */
export function* fuzzedRequests(seed: number): Generator<FuzzedRequest, never> {
  const fuzzer = new Fuzzer(seededRandom(seed))
  for (;;) yield fuzzer.request()
}

const METHODS = ['GET', 'GET', 'POST', 'POST', 'PUT', 'PATCH', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']
const NAMES = [
  'a',
  'b',
  'web',
  'default',
  'A',
  '-',
  '',
  'x'.repeat(300),
  '..',
  '%00',
  'é',
  'a:http',
]
const NAMESPACES = ['default', 'default', 'kube-system', 'nope', '', 'DEFAULT']
const SUBRESOURCES = [
  'status',
  'scale',
  'log',
  'exec',
  'eviction',
  'binding',
  'finalize',
  'proxy/x',
  'foo',
]
const CONTENT_TYPES = [
  'application/json',
  'application/json',
  'application/yaml',
  'application/vnd.kubernetes.protobuf',
  'text/plain',
  '',
]
const PATCH_TYPES = [
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/json-patch+json',
  'application/apply-patch+yaml',
  'application/json',
]
const ACCEPTS = [
  '*/*',
  'application/json',
  'application/yaml',
  'application/json;as=Table;v=v1;g=meta.k8s.io',
  'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
  'application/vnd.kubernetes.protobuf',
  ';;;',
]
const QUERIES = [
  ['limit', ['1', '0', '-1', 'x', '99999999999999999999']],
  ['continue', ['', 'abc', btoa('{"v":"meta.k8s.io/v1","rv":1,"start":"a"}'), '%']],
  ['labelSelector', ['a=b', 'a in (b,c)', '!a', '(((', 'a=b,', 'a!=b', ',']],
  ['fieldSelector', ['metadata.name=a', 'status.phase=Running', 'x=y', '=', '\\', 'a=b,c!=d']],
  ['resourceVersion', ['0', '1', '999999', 'x', '-1', '1e3']],
  ['resourceVersionMatch', ['Exact', 'NotOlderThan', 'x']],
  ['dryRun', ['All', 'x', '']],
  ['fieldValidation', ['Strict', 'Warn', 'Ignore', 'x']],
  ['fieldManager', ['m', 'x'.repeat(200), '\u0000', '']],
  ['force', ['true', 'false', 'x']],
  ['gracePeriodSeconds', ['0', '5', '-1', 'x']],
  ['propagationPolicy', ['Orphan', 'Foreground', 'Background', 'x']],
  ['includeObject', ['None', 'Object', 'x']],
  ['pretty', ['1', '']],
  ['container', ['a', '']],
  ['tailLines', ['1', '-1', 'x']],
  ['sinceTime', ['2026-01-01T00:00:00Z', 'x']],
] as const
const ODD_VALUES: readonly unknown[] = [
  null,
  '',
  0,
  -1,
  1.5,
  1e308,
  2 ** 53,
  true,
  [],
  {},
  [null],
  [[]],
  { a: null },
  'x'.repeat(1000),
  '\u0000',
  '💥',
  '-',
  'NaN',
  '10%',
  '-1%',
  '1Gi',
  '1e9999999999',
  '0x1F',
  '9999-99-99T99:99:99Z',
  '__proto__',
  'constructor',
  9_007_199_254_740_992,
  -2_147_483_649,
]

class Fuzzer {
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
  }

  request(): FuzzedRequest {
    const method = this.#one(METHODS)
    const kind = this.#one(kindNames())
    const named = this.#chance(0.6)
    const body = ['GET', 'HEAD', 'OPTIONS'].includes(method) ? undefined : this.#body(kind, method)
    const types = method === 'PATCH' ? PATCH_TYPES : CONTENT_TYPES
    return {
      method,
      path: this.#path(kind, named && method !== 'POST') + this.#query(),
      headers: {
        accept: this.#one(ACCEPTS),
        'content-type': this.#chance(0.85) ? (types[0] ?? '') : this.#one(types),
        ...(method === 'PATCH' ? { 'content-type': this.#one(PATCH_TYPES) } : {}),
      },
      body,
    }
  }

  #path(kind: Kind, isNamed: boolean): string {
    if (this.#chance(0.03))
      return `/${this.#one(['', 'api', 'apis', 'foo', '%zz', 'api/v1/%2e%2e', 'apis/apps', 'openapi/v3', 'metrics'])}`
    const { apiVersion, plural, namespaced, otherVersions } = KINDS[kind]
    const version = this.#one([
      apiVersion,
      apiVersion,
      ...otherVersions.map((other) => other.apiVersion),
      'v9',
    ])
    const root = version.includes('/') ? `/apis/${version}` : `/api/${version}`
    const scope = namespaced && this.#chance(0.9) ? `/namespaces/${this.#name(NAMESPACES)}` : ''
    const name = isNamed ? `/${this.#name(NAMES)}` : ''
    const sub = isNamed && this.#chance(0.25) ? `/${this.#one(SUBRESOURCES)}` : ''
    return `${root}${scope}/${plural}${name}${sub}`
  }

  /** Bytes that cannot stand in a request line at all never reach the server. */
  #name(names: readonly string[]): string {
    const name = this.#one(names)
    return name.includes('%') ? name : encodeURIComponent(name)
  }

  #query(): string {
    const parts: string[] = []
    while (this.#chance(0.35)) {
      const [key, values] = this.#one(QUERIES)
      parts.push(`${key}=${encodeURIComponent(this.#one<string>(values))}`)
    }
    return parts.length === 0 ? '' : `?${parts.join('&')}`
  }

  #body(kind: Kind, method: string): string {
    if (this.#chance(0.04))
      return this.#one([
        '',
        '{',
        '[]',
        'null',
        '"x"',
        '{"a":}',
        '\u0000',
        'k8s\u0000\u0001',
        '- a\n- b',
        '&a [*a]',
      ])
    if (method === 'PATCH' && this.#chance(0.3)) return JSON.stringify(this.#jsonPatch())
    if (method === 'DELETE')
      return JSON.stringify(
        this.#one([
          {},
          { gracePeriodSeconds: 0 },
          { propagationPolicy: 'Orphan' },
          { preconditions: { uid: 'x' } },
          1,
          [],
        ]),
      )
    const { apiVersion } = KINDS[kind]
    const definition = definitionOfKind(apiVersion, kind)
    const fields =
      definition === undefined ? {} : this.#fields(definition.fields, definition.required ?? [], 0)
    const metadata = { name: this.#one(NAMES), ...(this.#chance(0.2) ? this.#metadata() : {}) }
    const object: Record<string, unknown> = { apiVersion, kind, ...fields, metadata }
    const text = JSON.stringify(object)
    return this.#chance(0.05) ? this.#torn(text) : text
  }

  #metadata(): object {
    const definition = definitionNamed('meta.v1.ObjectMeta')
    return definition === undefined ? {} : this.#fields(definition.fields, [], 4)
  }

  #fields(
    fields: Readonly<Record<string, FieldSchema>>,
    required: readonly string[],
    depth: number,
  ): object {
    const made: Record<string, unknown> = {}
    const isIn = depth < 2 ? 0.6 : depth < 5 ? 0.25 : 0.08
    for (const [name, schema] of Object.entries(fields)) {
      if (['apiVersion', 'kind'].includes(name)) continue
      if (required.includes(name) ? this.#chance(0.95) : this.#chance(isIn)) {
        made[name] = this.#value(schema, depth + 1)
      }
    }
    if (this.#chance(0.03)) made['$patch'] = this.#one(['delete', 'replace', 'merge', 'x'])
    if (this.#chance(0.02)) made['$setElementOrder/containers'] = this.#one(ODD_VALUES)
    if (this.#chance(0.02)) made['unknown'] = this.#one(ODD_VALUES)
    return made
  }

  #value(schema: FieldSchema, depth: number): unknown {
    if (this.#chance(0.03) || depth > 9) return this.#one(ODD_VALUES)
    if ('ref' in schema) {
      const definition = definitionNamed(schema.ref)
      return definition === undefined
        ? {}
        : this.#fields(definition.fields, definition.required ?? [], depth)
    }
    if ('array' in schema) {
      return Array.from({ length: randomInteger(this.#random, 3) }, () =>
        this.#value(schema.array, depth + 1),
      )
    }
    if ('map' in schema)
      return { [this.#one(['a', 'app', 'A/b', ''])]: this.#value(schema.map, depth + 1) }
    switch (schema.type) {
      case 'string':
        return this.#one([
          ...(schema.enum ?? []),
          'a',
          'web',
          '/x',
          'http',
          '2026-01-01T00:00:00Z',
          'YQ==',
        ])
      case 'integer':
      case 'number':
        return this.#one([0, 1, 2, 80, 65_536, -1])
      case 'boolean':
        return this.#chance(0.5)
      case 'int-or-string':
        return this.#one<string | number>([1, 0, '25%', 'http', -1])
      case 'quantity':
        return this.#one<string | number>(['100m', '1Gi', '-1', 'x', 1])
      case 'any':
        return this.#one(ODD_VALUES)
    }
  }

  #jsonPatch(): unknown {
    const paths = [
      '/metadata/labels/a',
      '/spec',
      '/spec/replicas',
      '/data/k',
      '/spec/template/spec/containers/0/image',
      '/spec/containers/-',
      '',
      'x',
      '/~2',
      '/metadata/name',
      '/status',
    ]
    return Array.from({ length: 1 + randomInteger(this.#random, 3) }, () => ({
      op: this.#one(['add', 'remove', 'replace', 'move', 'copy', 'test', 'x']),
      path: this.#one(paths),
      ...(this.#chance(0.3) ? { from: this.#one(paths) } : {}),
      ...(this.#chance(0.8) ? { value: this.#one(ODD_VALUES) } : {}),
    }))
  }

  #torn(text: string): string {
    const at = randomInteger(this.#random, text.length)
    return text.slice(0, at) + this.#one(['', '}', '"', '\\', '\u0000', ',']) + text.slice(at + 1)
  }

  #chance(probability: number): boolean {
    return this.#random.next() < probability
  }

  #one<T>(values: readonly T[]): T {
    const index = randomInteger(this.#random, values.length)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the index is one of the list's
    return values[index] as T
  }
}
