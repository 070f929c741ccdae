/**
 * Records the shape of Kubernetes' objects from a running API server into
 * `src/api/generated/schema.json`: fields, types, enums, and how lists merge. No descriptions.
 *
 *   KUBECONFIG=… node scripts/record-openapi.ts
 *
 * `KUBECTL` names the kubectl command, words parted by spaces; default `kubectl`.
 * The same server gives the same bytes: all names are sorted.
 * https://kubernetes.io/docs/concepts/overview/kubernetes-api/#openapi-v3
 */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Definition, FieldSchema, SchemaDocument } from '../src/api/schema.ts'
import { fieldsOf, textOf } from '../src/base/fields.ts'

const GROUP_PATHS = [
  'api/v1',
  'apis/apps/v1',
  'apis/batch/v1',
  'apis/autoscaling/v2',
  'apis/coordination.k8s.io/v1',
  'apis/events.k8s.io/v1',
  'apis/policy/v1',
  'apis/networking.k8s.io/v1',
  'apis/discovery.k8s.io/v1',
  'apis/rbac.authorization.k8s.io/v1',
  'apis/storage.k8s.io/v1',
  'apis/authentication.k8s.io/v1',
  'apis/authorization.k8s.io/v1',
]

/** Kinds of which only this one is wanted of its group and version. */
const SINGLE_KINDS = ['autoscaling/v1/Scale']

const OUTPUT = fileURLToPath(new URL('../src/api/generated/schema.json', import.meta.url))

const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta'

/** Definitions that stand for a scalar with a grammar of its own. */
const SCALAR_DEFINITIONS: Readonly<Record<string, FieldSchema>> = {
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { type: 'int-or-string' },
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { type: 'quantity' },
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': { type: 'string', format: 'date-time' },
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': { type: 'string', format: 'date-time' },
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1': { type: 'any' },
  'io.k8s.apimachinery.pkg.runtime.RawExtension': { type: 'any' },
}

interface OpenApiSchema {
  readonly $ref?: string
  readonly type?: string
  readonly format?: string
  readonly enum?: readonly string[]
  readonly allOf?: readonly OpenApiSchema[]
  readonly items?: OpenApiSchema
  readonly additionalProperties?: OpenApiSchema
  readonly properties?: Readonly<Record<string, OpenApiSchema>>
  readonly required?: readonly string[]
  readonly 'x-kubernetes-list-type'?: string
  readonly 'x-kubernetes-list-map-keys'?: readonly string[]
  readonly 'x-kubernetes-patch-merge-key'?: string
  readonly 'x-kubernetes-patch-strategy'?: string
  readonly 'x-kubernetes-map-type'?: string
  readonly 'x-kubernetes-group-version-kind'?: readonly {
    readonly group: string
    readonly version: string
    readonly kind: string
  }[]
}

function record(): void {
  const sources = readDefinitions()
  const kinds = findKinds(sources)
  const document: SchemaDocument = {
    kubernetes: serverVersion(),
    kinds: sorted(Object.fromEntries([...kinds].map(([kind, name]) => [kind, shortName(name)]))),
    definitions: sorted(reachableFrom([...kinds.values()], sources)),
  }
  writeFileSync(OUTPUT, `${JSON.stringify(document, null, 0).replaceAll('},"', '},\n"')}\n`)
  const count = Object.keys(document.definitions).length
  process.stdout.write(`${OUTPUT}: ${kinds.size} kinds, ${count} definitions\n`)
}

function readDefinitions(): Map<string, OpenApiSchema> {
  const definitions = new Map<string, OpenApiSchema>()
  for (const path of GROUP_PATHS) {
    const document: unknown = JSON.parse(kubectl('get', '--raw', `/openapi/v3/${path}`))
    const schemas = fieldsOf(fieldsOf(fieldsOf(document)['components'])['schemas'])
    for (const [name, schema] of Object.entries(schemas)) {
      if (!isSchema(schema)) continue
      // A document names its own group's kinds only, so the one that names some is kept.
      if (!definitions.has(name) || schema['x-kubernetes-group-version-kind'] !== undefined) {
        definitions.set(name, schema)
      }
    }
  }
  return definitions
}

/** `apps/v1/Deployment` → its definition, for every kind that has metadata of its own. */
function findKinds(definitions: ReadonlyMap<string, OpenApiSchema>): Map<string, string> {
  const kinds = new Map<string, string>()
  for (const [name, schema] of definitions) {
    const metadata = schema.properties?.['metadata']
    if (metadata === undefined || referenceOf(metadata) !== OBJECT_META) continue
    for (const { group, version, kind } of schema['x-kubernetes-group-version-kind'] ?? []) {
      // Other versions are here for a subresource only, and lack the kinds that they really have.
      const path = group === '' ? `api/${version}` : `apis/${group}/${version}`
      const key = [group, version, kind].filter((part) => part !== '').join('/')
      if (GROUP_PATHS.includes(path) || SINGLE_KINDS.includes(key)) kinds.set(key, name)
    }
  }
  return kinds
}

function reachableFrom(
  names: readonly string[],
  sources: ReadonlyMap<string, OpenApiSchema>,
): Record<string, Definition> {
  const found: Record<string, Definition> = {}
  const open = [...names]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const source = sources.get(name)
    if (source === undefined) throw new Error(`no definition of ${name}`)
    if (found[shortName(name)] !== undefined) continue
    const fields: Record<string, FieldSchema> = {}
    for (const [field, schema] of Object.entries(source.properties ?? {})) {
      fields[field] = compact(schema, open)
    }
    found[shortName(name)] = {
      fields: sorted(fields),
      ...(source.required === undefined ? {} : { required: source.required.toSorted() }),
      ...(source['x-kubernetes-map-type'] === 'atomic' ? { atomic: true as const } : {}),
    }
  }
  return found
}

/** One field's schema; definitions that it refers to are added to `open`. */
function compact(schema: OpenApiSchema, open: string[]): FieldSchema {
  const reference = referenceOf(schema)
  if (reference !== undefined) {
    const scalar = SCALAR_DEFINITIONS[reference]
    if (scalar !== undefined) return scalar
    open.push(reference)
    const strategy = schema['x-kubernetes-patch-strategy']
    const atomic = schema['x-kubernetes-map-type'] === 'atomic'
    return {
      ref: shortName(reference),
      ...(strategy === undefined ? {} : { patchStrategy: strategy }),
      ...(atomic ? { atomic: true as const } : {}),
    }
  }
  if (schema.items !== undefined) return { array: compact(schema.items, open), ...merging(schema) }
  if (schema.additionalProperties !== undefined) {
    const atomic = schema['x-kubernetes-map-type'] === 'atomic'
    return {
      map: compact(schema.additionalProperties, open),
      ...(atomic ? { atomic: true as const } : {}),
    }
  }
  return scalarOf(schema)
}

function scalarOf({ type, format, enum: values }: OpenApiSchema): FieldSchema {
  switch (type) {
    case 'string':
    case 'integer':
    case 'number':
    case 'boolean':
      return {
        type,
        ...(format === undefined ? {} : { format }),
        ...(values === undefined ? {} : { enum: values.toSorted() }),
      }
    default:
      return { type: 'any' }
  }
}

function merging(schema: OpenApiSchema): Partial<Extract<FieldSchema, { array: FieldSchema }>> {
  const listType = schema['x-kubernetes-list-type']
  const listMapKeys = schema['x-kubernetes-list-map-keys']
  const patchMergeKey = schema['x-kubernetes-patch-merge-key']
  const patchStrategy = schema['x-kubernetes-patch-strategy']
  return {
    ...(listType === undefined ? {} : { listType }),
    ...(listMapKeys === undefined ? {} : { listMapKeys }),
    ...(patchMergeKey === undefined ? {} : { patchMergeKey }),
    ...(patchStrategy === undefined ? {} : { patchStrategy }),
  }
}

function referenceOf(schema: OpenApiSchema): string | undefined {
  const reference = schema.$ref ?? schema.allOf?.[0]?.$ref
  return reference?.slice('#/components/schemas/'.length)
}

/** `io.k8s.api.core.v1.Probe` → `core.v1.Probe`. */
function shortName(name: string): string {
  return name.replace(/^io\.k8s\.(api|apimachinery\.pkg\.apis)\./, '')
}

function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function isSchema(value: unknown): value is OpenApiSchema {
  return Object.keys(fieldsOf(value)).length > 0
}

function serverVersion(): string {
  const version: unknown = JSON.parse(kubectl('get', '--raw', '/version'))
  return textOf(fieldsOf(version)['gitVersion'])
}

function kubectl(...args: readonly string[]): string {
  const [program = 'kubectl', ...words] = (process.env['KUBECTL'] ?? 'kubectl').split(' ')
  return execFileSync(program, [...words, ...args], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    timeout: 30_000,
  })
}

record()
