import { definitionNamed, type Definition, type FieldSchema } from '../../api/schema.ts'

/** A part of an OpenAPI document (https://spec.openapis.org/oas/v3.0.0). */
export type OpenApi = Readonly<Record<string, unknown>>

/** Scalars that have a name of their own, which `kubectl explain` shows. */
const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity'
const INT_OR_STRING = 'io.k8s.apimachinery.pkg.util.intstr.IntOrString'
const FIELDS_V1 = 'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1'

const NAMED_SCALARS: Readonly<Record<string, OpenApi>> = {
  [QUANTITY]: { oneOf: [{ type: 'string' }, { type: 'number' }] },
  [INT_OR_STRING]: { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
  [FIELDS_V1]: { type: 'object' },
}

/** Definitions in OpenAPI's form, made once and shared by all documents. */
const MADE = new Map<string, OpenApi>()

/** The schemas of these definitions and of all that they refer to, by their long names, sorted. */
export function componentSchemas(names: readonly string[]): Readonly<Record<string, OpenApi>> {
  const found = new Map(Object.entries(NAMED_SCALARS))
  const open = [...names]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const definition = definitionNamed(name)
    if (definition === undefined || found.has(longName(name))) continue
    found.set(longName(name), madeSchema(name, definition))
    for (const field of Object.values(definition.fields)) open.push(...referencesOf(field))
  }
  return Object.fromEntries([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/** `core.v1.Probe` → `io.k8s.api.core.v1.Probe`: the name that Kubernetes' own document has. */
export function longName(name: string): string {
  return name.startsWith('meta.') ? `io.k8s.apimachinery.pkg.apis.${name}` : `io.k8s.api.${name}`
}

export function referenceTo(long: string): OpenApi {
  return { $ref: `#/components/schemas/${long}` }
}

/** The schema of one definition alone. */
export function schemaNamed(name: string): OpenApi | undefined {
  const definition = definitionNamed(name)
  return definition === undefined ? undefined : madeSchema(name, definition)
}

function madeSchema(name: string, definition: Definition): OpenApi {
  const made = MADE.get(name) ?? schemaOf(definition)
  MADE.set(name, made)
  return made
}

function schemaOf({ fields, required, atomic }: Definition): OpenApi {
  const properties = Object.entries(fields).map(
    ([name, field]) => [name, fieldSchema(field, name)] as const,
  )
  return {
    type: 'object',
    ...(required === undefined ? {} : { required }),
    ...(properties.length === 0 ? {} : { properties: Object.fromEntries(properties) }),
    ...atomicMap(atomic),
  }
}

function fieldSchema(field: FieldSchema, name: string): OpenApi {
  if ('ref' in field) {
    return {
      allOf: [referenceTo(longName(field.ref))],
      ...extension('patch-strategy', field.patchStrategy),
      ...atomicMap(field.atomic),
    }
  }
  if ('map' in field) {
    const additionalProperties = fieldSchema(field.map, '')
    return { type: 'object', additionalProperties, ...atomicMap(field.atomic) }
  }
  if ('array' in field) {
    return {
      type: 'array',
      items: fieldSchema(field.array, ''),
      ...extension('list-type', field.listType),
      ...extension('list-map-keys', field.listMapKeys),
      ...extension('patch-merge-key', field.patchMergeKey),
      ...extension('patch-strategy', field.patchStrategy),
    }
  }
  return scalarSchema(field, name)
}

function scalarSchema(
  { type, format, enum: values }: Extract<FieldSchema, { readonly type: string }>,
  name: string,
): OpenApi {
  switch (type) {
    case 'quantity':
      return { allOf: [referenceTo(QUANTITY)] }
    case 'int-or-string':
      return { allOf: [referenceTo(INT_OR_STRING)] }
    case 'any':
      // The one field of any form that has a named type: who has which fields.
      return name === 'fieldsV1' ? { allOf: [referenceTo(FIELDS_V1)] } : { type: 'object' }
    case 'string':
    case 'integer':
    case 'number':
    case 'boolean':
      return {
        type,
        ...(format === undefined ? {} : { format }),
        ...(values === undefined ? {} : { enum: values }),
      }
  }
}

function referencesOf(field: FieldSchema): readonly string[] {
  if ('ref' in field) return [field.ref]
  if ('map' in field) return referencesOf(field.map)
  return 'array' in field ? referencesOf(field.array) : []
}

function extension(name: string, value: unknown): OpenApi {
  return value === undefined ? {} : { [`x-kubernetes-${name}`]: value }
}

function atomicMap(atomic: true | undefined): OpenApi {
  return extension('map-type', atomic === true ? 'atomic' : undefined)
}
