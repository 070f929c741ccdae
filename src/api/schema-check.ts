import { isFields } from '../base/fields.ts'
import type { ApiObject } from './meta.ts'
import {
  definitionNamed,
  definitionOfKind,
  fieldOf,
  type Definition,
  type FieldSchema,
} from './schema.ts'
import { describeTimeFault } from './time-fault.ts'
import { pointerStep } from './validation/fault.ts'

/** A value whose shape is not what Kubernetes' schema says. */
export type SchemaFault = {
  /** JSON pointer (RFC 6901) to the value; of a missing field, to what it is missing from. */
  readonly pointer: string
  /** As Kubernetes prints it: `spec.template.spec.containers[0].ports`. */
  readonly path: string
} & (
  | {
      readonly fault: 'unknown-field'
      readonly field: string
      /** The fields that there are, sorted. */
      readonly known: readonly string[]
    }
  | { readonly fault: 'missing-field'; readonly field: string }
  | { readonly fault: 'wrong-type'; readonly wanted: string; readonly got: string }
  | { readonly fault: 'unknown-value'; readonly value: string; readonly allowed: readonly string[] }
)

/**
 * Compares an object with the schema of its kind; nothing where Kubernetes has no such kind.
 * A null stands for an absent field, as it does for the API server.
 */
export function checkSchema(object: ApiObject): readonly SchemaFault[] {
  const definition = definitionOfKind(object.apiVersion, object.kind)
  return definition === undefined ? [] : checkFields(object, definition, { path: '', pointer: '' })
}

/** The metadata alone, for an object of a kind that is not in the schema. */
export function checkMetadataSchema(object: ApiObject): readonly SchemaFault[] {
  const definition = definitionNamed('meta.v1.ObjectMeta')
  if (definition === undefined) return []
  return checkFields(object.metadata, definition, { path: 'metadata', pointer: '/metadata' })
}

interface Place {
  readonly path: string
  readonly pointer: string
}

function checkFields(
  value: object | null,
  definition: Definition,
  at: Place,
): readonly SchemaFault[] {
  const entries = Object.entries(value ?? {})
  const missing = (definition.required ?? []).filter(
    (field) => !entries.some(([name, item]) => name === field && item !== null),
  )
  return [
    ...entries.flatMap(([field, item]): readonly SchemaFault[] => {
      const place = fieldPlace(at, field)
      const schema = fieldOf(definition, field)
      if (schema !== undefined) return item === null ? [] : checkValue(item, schema, place)
      return [{ fault: 'unknown-field', ...place, field, known: Object.keys(definition.fields) }]
    }),
    ...missing.map((field) => ({ fault: 'missing-field' as const, ...at, field })),
  ]
}

function checkValue(value: unknown, schema: FieldSchema, at: Place): readonly SchemaFault[] {
  if ('ref' in schema) {
    if (!isFields(value)) return [wrongType(value, 'an object', at)]
    const definition = definitionNamed(schema.ref)
    return definition === undefined ? [] : checkFields(value, definition, at)
  }
  if ('array' in schema) {
    if (!Array.isArray(value)) return [wrongType(value, 'a list', at)]
    return value.flatMap((item: unknown, index) =>
      checkValue(item, schema.array, {
        path: `${at.path}[${index}]`,
        pointer: `${at.pointer}/${index}`,
      }),
    )
  }
  if ('map' in schema) {
    if (!isFields(value)) return [wrongType(value, 'an object', at)]
    return Object.entries(value).flatMap(([key, item]) =>
      item === null ? [] : checkValue(item, schema.map, fieldPlace(at, key)),
    )
  }
  return checkScalar(value, schema, at)
}

type ScalarSchema = Extract<FieldSchema, { readonly type: string }>

function checkScalar(value: unknown, schema: ScalarSchema, at: Place): readonly SchemaFault[] {
  const { type, format } = schema
  switch (type) {
    case 'any':
      return []
    case 'string':
      if (typeof value !== 'string') return [wrongType(value, 'a string', at)]
      return checkString(value, schema, at)
    case 'boolean':
      return typeof value === 'boolean' ? [] : [wrongType(value, 'true or false', at)]
    case 'number':
      return typeof value === 'number' ? [] : [wrongType(value, 'a number', at)]
    case 'integer':
      return isInteger(value, format) ? [] : [wrongType(value, 'a whole number', at)]
    case 'int-or-string':
      if (typeof value === 'string' || isInteger(value, 'int32')) return []
      return [wrongType(value, 'a whole number or a string', at)]
    case 'quantity':
      if (typeof value === 'number' || (typeof value === 'string' && QUANTITY.test(value)))
        return []
      return [wrongType(value, 'a quantity such as 500m or 64Mi', at)]
  }
}

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
const QUANTITY = /^[+-]?(\d+\.?\d*|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/
const BASE64 = /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

function checkString(
  value: string,
  { format, enum: allowed }: ScalarSchema,
  at: Place,
): readonly SchemaFault[] {
  if (format === 'date-time' && describeTimeFault(value) !== undefined) {
    return [wrongType(value, 'a time such as 2026-01-31T12:00:00Z', at)]
  }
  if (format === 'byte' && !BASE64.test(value.replaceAll('\n', ''))) {
    return [wrongType(value, 'text in base64', at)]
  }
  // An empty string is how Go spells an absent value.
  if (allowed === undefined || value === '' || allowed.includes(value)) return []
  return [{ fault: 'unknown-value', ...at, value, allowed }]
}

function isInteger(value: unknown, format: string | undefined): boolean {
  if (typeof value !== 'number' || !Number.isInteger(value)) return false
  return format !== 'int32' || (value >= -(2 ** 31) && value < 2 ** 31)
}

function wrongType(value: unknown, wanted: string, at: Place): SchemaFault {
  return { fault: 'wrong-type', ...at, wanted, got: describe(value) }
}

function describe(value: unknown): string {
  if (value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'an object'
  return typeof value === 'string' ? `the string ${JSON.stringify(value)}` : JSON.stringify(value)
}

function fieldPlace({ path, pointer }: Place, field: string): Place {
  return {
    path: path === '' ? field : `${path}.${field}`,
    pointer: pointer + pointerStep(field),
  }
}
