import { corruptBase64At } from './base64.ts'
import { ApiError } from './api-error.ts'
import type { ApiObject } from './meta.ts'
import { goKindOf } from './json-fault.ts'
import { describeTimeFault } from './time-fault.ts'
import recorded from './generated/go-names.json' with { type: 'json' }
import type { SchemaFault } from './schema-check.ts'
import {
  definitionNamed,
  definitionNameOf,
  definitionOfKind,
  fieldOf,
  type FieldSchema,
} from './schema.ts'

/**
 * What Kubernetes says of a body that does not fit its kind. Of a value of a wrong type, the whole answer:
 * `Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct field
 * DeploymentSpec.spec.replicas of type int32`. Of a field that there is not, what a warning or a strict refusal says of
 * it: `unknown field "spec.foo"`. What decoding does not mind is told in words of our own.
 * Compared with Kubernetes 1.34 in decode-fault.test.ts.
 */
export function describeDecodeFault(object: ApiObject, fault: SchemaFault): string {
  switch (fault.fault) {
    case 'unknown-field':
      return `unknown field ${JSON.stringify(fault.path)}`
    case 'wrong-type':
      return `${subjectOf(object)}: ${describeWrongType(object, fault.pointer)}`
    case 'missing-field':
      return `missing field ${JSON.stringify(fault.field)} in ${JSON.stringify(fault.path)}`
    case 'unknown-value':
      return `unknown value ${JSON.stringify(fault.value)} in ${JSON.stringify(fault.path)}`
  }
}

/** The refusal of a body that is no object of its kind. */
export class UndecodableObject extends ApiError {
  readonly object: ApiObject
  /** The decoder's own words. */
  readonly why: string
  /** The value that does not fit; absent when it is a matter of strictness, or of the kind. */
  readonly pointer: string | undefined

  constructor(object: ApiObject, why: string, { pointer, expected = object.kind }: Expected = {}) {
    super('BadRequest', `${subjectOf(object, expected)}: ${why}`)
    this.object = object
    this.why = why
    this.pointer = pointer
  }
}

interface Expected {
  readonly pointer?: string
  /** The kind that is wanted. */
  readonly expected?: string
}

/** An object of another kind, or of one that there is not. */
export function ofAnotherKind(
  object: ApiObject,
  wanted: { readonly kind: string; readonly goType: string },
): UndecodableObject {
  const { apiVersion, kind } = object
  const why =
    definitionOfKind(apiVersion, kind) === undefined
      ? `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/runtime/scheme.go:110"`
      : `converting (${versionOf(apiVersion)}.${kind}) to (${wanted.goType}): unknown conversion`
  return new UndecodableObject(object, why, { expected: wanted.kind })
}

/** A value of a wrong type; `pointer` leads to it. */
export function undecodable(object: ApiObject, pointer: string): UndecodableObject {
  return new UndecodableObject(object, describeWrongType(object, pointer), { pointer })
}

/** Fields that there are not, or that are there twice, with `fieldValidation=Strict`. */
export function strictlyUndecodable(
  object: ApiObject,
  faults: readonly string[],
): UndecodableObject {
  return new UndecodableObject(object, `strict decoding error: ${faults.join(', ')}`)
}

function subjectOf({ apiVersion, kind }: ApiObject, expected = kind): string {
  return `${kind} in version ${JSON.stringify(versionOf(apiVersion))} cannot be handled as a ${expected}`
}

function versionOf(apiVersion: string): string {
  return apiVersion.slice(apiVersion.lastIndexOf('/') + 1)
}

/** A value as the Go decoder meets it: in a field of a struct, or in a list or map of one. */
interface DecodedField {
  /** `DeploymentSpec`: the innermost struct around the value. */
  readonly struct: string
  readonly field: string
  /** `spec.template.spec.containers`: fields only, neither keys nor indexes. */
  readonly path: string
  readonly schema: FieldSchema
  /** What of the field it is: `[]` an item of it, nothing the field itself. */
  readonly part: string
  readonly value: unknown
}

function describeWrongType(object: ApiObject, pointer: string): string {
  const found = findField(object, pointer)
  if (found === undefined) return `json: cannot unmarshal ${goKindOf(object)} into Go value`
  const { schema, value } = found
  if ('type' in schema) {
    if (schema.type === 'quantity') return QUANTITY_FAULT
    if (typeof value === 'string' && schema.format === 'date-time') {
      const precision = namedTypeOf(found) === MICRO_TIME ? 'microseconds' : 'seconds'
      return describeTimeFault(value, precision) ?? `parsing time ${JSON.stringify(value)}`
    }
    if (typeof value === 'string' && schema.format === 'byte') {
      return `illegal base64 data at input byte ${corruptBase64At(value) ?? 0}`
    }
  }
  const named = namedTypeOf(found)
  const type = named === undefined || named === MICRO_TIME ? plainGoType(schema) : named
  const kind = goKindOf(value)
  const printed = kind === 'number' && isNumber(schema) ? `number ${JSON.stringify(value)}` : kind
  const struct = found.struct.slice(found.struct.lastIndexOf('.') + 1)
  return `json: cannot unmarshal ${printed} into Go struct field ${struct}.${found.path} of type ${type}`
}

/**
 * The same of what a strategic merge patch makes, which is no JSON any more when Kubernetes finds that a value does not
 * fit (apimachinery, runtime.DefaultUnstructuredConverter).
 */
export function describeConversionFault(object: ApiObject, pointer: string): string {
  const found = findField(object, pointer)
  if (found === undefined) return 'unrecognized type: struct'
  const { schema, value } = found
  const given = Array.isArray(value) ? 'slice' : typeof value === 'object' ? 'map' : goTypeOf(value)
  if ('ref' in schema) return `cannot restore struct from: ${given}`
  if ('map' in schema) return `cannot restore map from ${given}`
  if ('array' in schema) return `cannot restore slice from ${given}`
  // What decodes itself is given JSON after all, and knows nothing of what is around it.
  if (schema.format === 'date-time' && typeof value !== 'string') return alone(value, 'string')
  if (schema.type === 'int-or-string') return alone(value, 'int32')
  if (schema.format === 'byte' && typeof value === 'string') {
    return `error decoding from json: ${describeWrongType(object, pointer)}`
  }
  const decodesItself = ['quantity', 'any'].includes(schema.type)
  if (decodesItself || schema.format === 'date-time') return describeWrongType(object, pointer)
  if (schema.format === 'byte') return `cannot restore slice from ${given}`
  const kind = plainGoType(schema)
  const isText = kind === 'string'
  if (given === 'int64' ? isText : given === 'float64' && isNumber(schema)) {
    return `cannot convert ${given} to ${namedTypeOf(found) ?? kind}`
  }
  return `unrecognized type: ${kind}`
}

function alone(value: unknown, type: 'string' | 'int32'): string {
  const kind = goKindOf(value)
  const printed = kind === 'number' && type === 'int32' ? `number ${JSON.stringify(value)}` : kind
  return `json: cannot unmarshal ${printed} into Go value of type ${type}`
}

/** As what Go holds a JSON scalar. */
function goTypeOf(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64'
  return typeof value === 'boolean' ? 'bool' : typeof value
}

const QUANTITY_FAULT =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"

function findField(object: ApiObject, pointer: string): DecodedField | undefined {
  let struct = definitionNameOf(object.apiVersion, object.kind)
  let found: DecodedField | undefined
  let value: unknown = object
  for (const step of stepsOf(pointer)) {
    value = childOf(value, step)
    const inner: FieldSchema | undefined = found?.schema
    if (inner !== undefined && 'array' in inner && found !== undefined) {
      found = { ...found, schema: inner.array, part: `${found.part}[]`, value }
    } else if (inner !== undefined && 'map' in inner && found !== undefined) {
      found = { ...found, schema: inner.map, part: `${found.part}[]`, value }
    } else {
      const definition = struct === undefined ? undefined : definitionNamed(struct)
      const schema = definition === undefined ? undefined : fieldOf(definition, step)
      if (struct === undefined || schema === undefined) return undefined
      const path = found === undefined ? step : `${found.path}.${step}`
      found = { struct, field: step, path, schema, part: '', value }
    }
    if ('ref' in found.schema) struct = found.schema.ref
  }
  return found
}

/** Types with a name of their own (`v1.PullPolicy`), which the schema does not tell, are recorded. */
function namedTypeOf({ struct, field, part }: DecodedField): string | undefined {
  const types: Readonly<Record<string, string>> = recorded.types
  return types[`${struct}.${field}${part}`]
}

/** A time with microseconds; text to the decoder, as all times are. */
export const MICRO_TIME = 'v1.MicroTime'

/** The Go type that a field of such a schema has when it has no name of its own. */
export function plainGoType(schema: FieldSchema): string {
  if ('ref' in schema) return schema.ref.split('.').slice(-2).join('.')
  if ('array' in schema) return `[]${plainGoType(schema.array)}`
  if ('map' in schema) return `map[string]${plainGoType(schema.map)}`
  switch (schema.type) {
    case 'string':
      return schema.format === 'byte' ? '[]uint8' : 'string'
    case 'boolean':
      return 'bool'
    case 'number':
      return 'float64'
    case 'integer':
      return schema.format ?? 'int64'
    case 'int-or-string':
      return 'int32'
    case 'quantity':
      return 'resource.Quantity'
    case 'any':
      return 'interface {}'
  }
}

function isNumber(schema: FieldSchema): boolean {
  return 'type' in schema && ['integer', 'number', 'int-or-string'].includes(schema.type)
}

function stepsOf(pointer: string): readonly string[] {
  const steps = pointer.split('/').slice(1)
  return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function childOf(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
  return Object.entries(value).find(([name]) => name === key)?.[1]
}
