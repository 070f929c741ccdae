/**
 * Records from a running API server what a reader of JSON cannot see of Kubernetes' objects, into
 * `src/api/generated/presence.json`: parts that are there even when empty, so that nobody adds
 * them, and what a key of a list stands for when it is left out (`protocol: TCP`).
 *
 *   KUBECONFIG=… node scripts/record-presence.ts
 *
 * `KUBECTL` names the kubectl command, words parted by spaces; default `kubectl`.
 */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { fieldsOf, textOf, type Fields } from '../src/base/fields.ts'

const OUTPUT = fileURLToPath(new URL('../src/api/generated/presence.json', import.meta.url))

function record(): void {
  const schemas = readSchemas()
  const present: Record<string, readonly string[]> = {}
  const keys: Record<string, Record<string, unknown>> = {}
  for (const [name, schema] of [...schemas].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const properties = Object.entries(fieldsOf(schema['properties']))
    const parts = properties.flatMap(([field, value]) => (isPart(fieldsOf(value)) ? [field] : []))
    if (parts.length > 0) present[shortName(name)] = parts.toSorted()
    for (const [, list] of properties) {
      const item = referenceOf(fieldsOf(fieldsOf(list)['items']))
      const found = keyDefaults(fieldsOf(list), fieldsOf(schemas.get(item)))
      if (Object.keys(found).length > 0)
        keys[shortName(item)] = { ...keys[shortName(item)], ...found }
    }
  }
  const kubernetes = textOf(fieldsOf(ask('/version'))['gitVersion'])
  const text = JSON.stringify({ kubernetes, present, keys })
  writeFileSync(OUTPUT, `${text.replaceAll('],"', '],\n"')}\n`)
}

/** A struct that Go always writes has an empty object for its default. */
function isPart(schema: Fields): boolean {
  return JSON.stringify(schema['default']) === '{}'
}

/** Of keys that may be left out; those that may not stand for the zero of their type. */
function keyDefaults(list: Fields, item: Fields): Record<string, unknown> {
  const names: unknown = list['x-kubernetes-list-map-keys']
  const required: unknown = item['required']
  const found: Record<string, unknown> = {}
  for (const key of Array.isArray(names) ? names.map(textOf) : []) {
    const preset = fieldsOf(fieldsOf(item['properties'])[key])['default']
    if (preset === undefined || (Array.isArray(required) && required.includes(key))) continue
    found[key] = preset
  }
  return found
}

function readSchemas(): Map<string, Fields> {
  const schemas = new Map<string, Fields>()
  for (const path of Object.keys(fieldsOf(fieldsOf(ask('/openapi/v3'))['paths'])).toSorted()) {
    if (!/^apis?\/(.*\/)?v\d+$/.test(path)) continue
    const document = fieldsOf(ask(`/openapi/v3/${path}`))
    const found = fieldsOf(fieldsOf(document['components'])['schemas'])
    for (const [name, schema] of Object.entries(found)) schemas.set(name, fieldsOf(schema))
  }
  return schemas
}

function referenceOf(schema: Fields): string {
  const all: unknown = schema['allOf']
  const first: unknown = Array.isArray(all) ? all[0] : undefined
  return textOf(schema['$ref'] ?? fieldsOf(first)['$ref']).slice('#/components/schemas/'.length)
}

/** `io.k8s.api.core.v1.Probe` → `core.v1.Probe`. */
function shortName(name: string): string {
  return name.replace(/^io\.k8s\.(api|apimachinery\.pkg\.apis)\./, '')
}

function ask(path: string): unknown {
  const [program = 'kubectl', ...words] = (process.env['KUBECTL'] ?? 'kubectl').split(' ')
  const output = execFileSync(program, [...words, 'get', '--raw', path], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    timeout: 30_000,
  })
  return JSON.parse(output)
}

record()
