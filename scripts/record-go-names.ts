/**
 * Asks a running Kubernetes API server for the Go types of fields that have a name of their own (`v1.PullPolicy`), which
 * its schema does not tell: it names them when a value of a wrong type comes. Written to `src/api/generated/go-names.json`.
 *
 *   KUBECONFIG=… NAMESPACE=… node scripts/record-go-types.ts
 *
 * `KUBECTL` names the kubectl command, words parted by spaces; default `kubectl`.
 */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { MICRO_TIME, plainGoType } from '../src/api/decode-fault.ts'
import { KINDS } from '../src/api/kinds.ts'
import { definitionNamed, definitionNameOf, type FieldSchema } from '../src/api/schema.ts'
import { textOf } from '../src/base/fields.ts'
import { ask } from './api-request.ts'
import { withKubectlProxy } from './kubectl-proxy.ts'

/** A field to ask about, and how to put a value there: `spec`, `containers`, `[]`, `imagePullPolicy`. */
interface Probe {
  readonly struct: string
  readonly field: string
  readonly schema: FieldSchema
  readonly steps: readonly string[]
}

const OUTPUT = fileURLToPath(new URL('../src/api/generated/go-names.json', import.meta.url))
const NAMESPACE = process.env['NAMESPACE'] ?? 'default'

async function record(server: string): Promise<void> {
  const { body } = await ask(`${server}/version`, 'GET')
  const types: Record<string, string> = {}
  const seen = new Set<string>()
  const versions = Object.values(KINDS).flatMap((definition) => [
    { definition, apiVersion: definition.apiVersion },
    ...definition.otherVersions
      .filter(({ deprecation }) => deprecation === undefined)
      .map(({ apiVersion }) => ({ definition, apiVersion })),
  ])
  for (const { definition, apiVersion } of versions) {
    const base = apiVersion.includes('/') ? `apis/${apiVersion}` : `api/${apiVersion}`
    const place = definition.namespaced ? `namespaces/${NAMESPACE}/` : ''
    const url = `${server}/${base}/${place}${definition.plural}?dryRun=All`
    const root = definitionNameOf(apiVersion, definition.kind)
    for (const probe of probesOf(root, seen)) {
      for (const [part, value] of wrongValuesOf(probe)) {
        const content = { apiVersion, kind: definition.kind, ...nested(probe.steps, value) }
        const answer = await ask(url, 'POST', content)
        const type = namedType(textOf(answer.body['message']))
        const schema = schemaOf(probe.schema, part)
        if (type !== undefined && type !== plainGoType(schema)) {
          types[`${probe.struct}.${probe.field}${part}`] = type
        }
      }
    }
  }
  const sorted = Object.fromEntries(Object.entries(types).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  const content = { kubernetes: textOf(body['gitVersion']), types: sorted }
  writeFileSync(OUTPUT, `${JSON.stringify(content, null, 1)}\n`)
  process.stdout.write(`${OUTPUT}: ${Object.keys(sorted).length} of ${seen.size} definitions\n`)
}

/** Every field of every definition once, by the first way to it. */
function probesOf(root: string | undefined, seen: Set<string>): readonly Probe[] {
  const probes: Probe[] = []
  const open = root === undefined ? [] : [{ name: root, steps: [] as readonly string[] }]
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    if (seen.has(next.name)) continue
    seen.add(next.name)
    for (const [field, schema] of Object.entries(definitionNamed(next.name)?.fields ?? {})) {
      if (field === 'apiVersion' || field === 'kind') continue
      const steps = [...next.steps, field]
      probes.push({ struct: next.name, field, schema, steps })
      const inner = innerOf(schema, steps)
      if (inner !== undefined) open.push(inner)
    }
  }
  return probes
}

function innerOf(
  schema: FieldSchema,
  steps: readonly string[],
): { readonly name: string; readonly steps: readonly string[] } | undefined {
  if ('ref' in schema) return { name: schema.ref, steps }
  if ('array' in schema) return innerOf(schema.array, [...steps, '[]'])
  if ('map' in schema) return innerOf(schema.map, [...steps, 'key'])
  return undefined
}

/** Values that no field of that schema takes, for the field itself and for what is in it. */
function wrongValuesOf({ schema }: Probe): readonly (readonly [part: string, value: unknown])[] {
  if ('ref' in schema) return [['', 'x']]
  if ('array' in schema) return [['', 'x'] as const, ['[]', [wrongScalar(schema.array)]] as const]
  if ('map' in schema)
    return [['', 'x'] as const, ['[]', { key: wrongScalar(schema.map) }] as const]
  return [['', wrongScalar(schema)]]
}

function wrongScalar(schema: FieldSchema): unknown {
  if (!('type' in schema)) return 'x'
  return schema.format === 'date-time' ? 'x' : {}
}

function schemaOf(schema: FieldSchema, part: string): FieldSchema {
  if (part === '') return schema
  if ('array' in schema) return schema.array
  return 'map' in schema ? schema.map : schema
}

function nested(steps: readonly string[], value: unknown): Readonly<Record<string, unknown>> {
  const [first = '', ...rest] = steps
  if (rest.length === 0) return { [first]: value }
  if (rest[0] === '[]') {
    const after = rest.slice(1)
    return { [first]: [after.length === 0 ? value : nested(after, value)] }
  }
  return { [first]: nested(rest, value) }
}

function namedType(message: string): string | undefined {
  if (message.includes('"2006-01-02T15:04:05.000000Z07:00"')) return MICRO_TIME
  return /of type (.+)$/.exec(message)?.[1]
}

await withKubectlProxy(record)
