import { definitionNamed, definitionOfKind, type FieldSchema } from '../api/schema.ts'

const PLACES_MAX = 2
/** Deep enough for `spec.template.spec.containers[].lifecycle.preStop`. */
const DEPTH_MAX = 6

/**
 * Where a kind has a field of this name, nearest to the root first: `spec.template.spec.containers[]`
 * for a probe. At most two, none when it is nowhere; the status is not the user's to write.
 */
export function placesOfField(apiVersion: string, kind: string, field: string): readonly string[] {
  const root = definitionOfKind(apiVersion, kind)
  if (root === undefined) return []
  const places: string[] = []
  const seen = new Set([root])
  let level = [{ path: '', definition: root }]
  for (let depth = 0; depth <= DEPTH_MAX && places.length < PLACES_MAX; depth += 1) {
    const next: typeof level = []
    for (const { path, definition } of level) {
      if (Object.hasOwn(definition.fields, field)) places.push(path === '' ? 'the top level' : path)
      for (const [name, schema] of Object.entries(definition.fields)) {
        const child = childOf(schema)
        const inner = child === undefined ? undefined : definitionNamed(child.name)
        if (inner === undefined || seen.has(inner) || IGNORED.has(name)) continue
        seen.add(inner)
        next.push({
          path: `${path === '' ? '' : `${path}.`}${name}${child?.suffix}`,
          definition: inner,
        })
      }
    }
    level = next
  }
  return places.slice(0, PLACES_MAX)
}

/** Filled by the server, or another way to write what is found under a plainer name. */
const IGNORED = new Set([
  'status',
  'managedFields',
  'ephemeralContainers',
  'initContainers',
  'volumes',
])

function childOf(
  schema: FieldSchema,
): { readonly name: string; readonly suffix: string } | undefined {
  if ('ref' in schema) return { name: schema.ref, suffix: '' }
  if ('array' in schema && 'ref' in schema.array) return { name: schema.array.ref, suffix: '[]' }
  return undefined
}
