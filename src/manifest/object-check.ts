import { applyDefaults } from '../api/defaults.ts'
import { definitionOf } from '../api/kinds.ts'
import type { ApiObject } from '../api/meta.ts'
import { checkMetadataSchema, checkSchema, type SchemaFault } from '../api/schema-check.ts'
import { isCurrentKind } from '../api/schema.ts'
import { locate, type SourcedObject } from '../api/sourced-object.ts'
import { validateObject, type FieldFault } from '../api/validation.ts'
import { fieldsOf } from '../base/fields.ts'
import type { Finding } from '../base/finding.ts'
import type { ManifestFindingCode } from './finding-codes.ts'
import { identifyKind } from './kind-check.ts'
import { placesOfField } from './field-places.ts'
import { finding } from './new-finding.ts'
import { findNotApplied } from './not-applied.ts'
import { didYouMean, suggestName } from './suggestion.ts'
import type { YamlDocument } from './yaml-reader.ts'

export interface CheckedObject {
  /** `broken` has a fault so deep that it is not looked at any further. */
  readonly use: 'run' | 'not-run' | 'broken'
  readonly sourced?: SourcedObject
  readonly findings: readonly Finding[]
}

/** One document as an object of the API: checked, with its defaults and its namespace. */
export function checkObject(document: YamlDocument): CheckedObject {
  const identity = identifyKind(document)
  if (!identity.isObject) return { use: 'broken', findings: identity.findings }
  const { object } = identity
  const isRun = definitionOf(object)?.runsFromManifest === true
  const isKnown = isCurrentKind(object.apiVersion, object.kind)
  const shape = isKnown ? checkSchema(object) : checkMetadataSchema(object)
  const sourced: SourcedObject = { object, locations: document.locations }
  // What a running object requires is told by the validation, in Kubernetes' words.
  const told = isRun ? shape.filter(({ fault }) => fault !== 'missing-field') : shape
  const shapeFindings = told.map((fault) => shapeFinding(fault, sourced, document))
  if (shape.some(({ fault }) => fault === 'wrong-type')) {
    return { use: 'broken', sourced, findings: shapeFindings }
  }
  return isRun
    ? checkRun(object, sourced, { shape, shapeFindings })
    : { use: 'not-run', sourced, findings: [...identity.findings, ...shapeFindings] }
}

function checkRun(
  object: ApiObject,
  sourced: SourcedObject,
  {
    shape,
    shapeFindings,
  }: { readonly shape: readonly SchemaFault[]; readonly shapeFindings: readonly Finding[] },
): CheckedObject {
  const filled = applyDefaults(withNamespace(object))
  const faults = validateObject(filled)
  const unknown = shape.flatMap(({ fault, pointer }) =>
    fault === 'unknown-field' ? [pointer] : [],
  )
  return {
    // Without what Kubernetes requires, an object is not what its type says.
    use: faults.some(({ reason }) => reason === 'FieldValueRequired') ? 'broken' : 'run',
    sourced: { object: filled, locations: sourced.locations },
    findings: [
      ...shapeFindings,
      ...faults
        .filter((fault) => !isTold(fault, shape))
        .map((fault) => faultFinding(fault, sourced)),
      ...findNotApplied(sourced, unknown),
    ],
  }
}

/** A field that is missing because its name is misspelt, and a value that the schema refused already. */
function isTold(fault: FieldFault, shape: readonly SchemaFault[]): boolean {
  return shape.some((told) => {
    if (told.pointer === fault.pointer) return told.fault === 'unknown-value'
    if (told.fault !== 'unknown-field' || fault.reason !== 'FieldValueRequired') return false
    const missing = fault.pointer.slice(fault.pointer.lastIndexOf('/') + 1)
    return suggestName(told.field, [missing]) !== undefined
  })
}

function withNamespace(object: ApiObject): ApiObject {
  const { namespaced = false } = definitionOf(object) ?? {}
  if (!namespaced || object.metadata.namespace !== undefined) return object
  return { ...object, metadata: { ...object.metadata, namespace: 'default' } }
}

function shapeFinding(fault: SchemaFault, sourced: SourcedObject, document: YamlDocument): Finding {
  const subject = nameOf(sourced.object)
  const location =
    fault.fault === 'unknown-field'
      ? (document.keyLocations[fault.pointer] ?? locate(sourced, fault.pointer))
      : locate(sourced, fault.pointer)
  switch (fault.fault) {
    case 'unknown-field':
      return finding('unknown-field', 'error', `${subject}: there is no field ${fault.path}`, {
        location,
        hint: fieldHint(fault, sourced.object),
      })
    case 'missing-field': {
      const path = fault.path === '' ? fault.field : `${fault.path}.${fault.field}`
      return finding('missing-field', 'error', `${subject}: ${path} is required`, { location })
    }
    case 'wrong-type':
      return finding(
        'wrong-type',
        'error',
        `${subject}: ${fault.path} takes ${fault.wanted}, and this is ${fault.got}`,
        { location, hint: typeHint(fault) },
      )
    case 'unknown-value':
      return finding(
        'unknown-value',
        'error',
        `${subject}: ${fault.path} does not take ${JSON.stringify(fault.value)}`,
        {
          location,
          hint:
            didYouMean(fault.value, fault.allowed) ??
            `it takes ${fault.allowed.filter((value) => value !== '').join(', ')}`,
        },
      )
  }
}

function fieldHint(
  { field, known, pointer }: Extract<SchemaFault, { readonly fault: 'unknown-field' }>,
  object: ApiObject,
): string | undefined {
  if (/\/(initC|c)ontainers\/\d+\/port$/.test(pointer)) {
    const port = valueAt(object, pointer)
    return `write ports: [{ containerPort: ${typeof port === 'number' ? port : 8080} }]`
  }
  const places = placesOfField(object.apiVersion, object.kind, field)
  if (places.length > 0) return `${field} belongs under ${places.join(' or ')}`
  return (
    didYouMean(field, known) ?? (known.length > 12 ? undefined : `it takes ${known.join(', ')}`)
  )
}

function valueAt(object: ApiObject, pointer: string): unknown {
  const steps = pointer.split('/').slice(1)
  return steps.reduce<unknown>(
    (parent, step) => (Array.isArray(parent) ? parent[Number(step)] : fieldsOf(parent)[step]),
    object,
  )
}

function typeHint({
  wanted,
  got,
}: {
  readonly wanted: string
  readonly got: string
}): string | undefined {
  if (wanted === 'a string' && /^(true|false|-?[\d.e+]+)$/.test(got)) {
    return 'put it in quotes; YAML reads y, no, on, 0644 and 1.0 as something else than text'
  }
  const text = /^the string (".*")$/.exec(got)?.[1]
  if (text !== undefined && wanted.startsWith('a whole number')) {
    return /^"-?\d+"$/.test(text) ? 'write it without quotes' : undefined
  }
  return wanted === 'a list' ? 'begin each item with "- "' : undefined
}

function faultFinding(fault: FieldFault, sourced: SourcedObject): Finding {
  const location = locate(sourced, fault.pointer)
  const message = `${nameOf(sourced.object)}: ${fault.path}: ${fault.message}`
  return finding(codeOf(fault), 'error', message, { location, hint: faultHint(fault) })
}

function codeOf({ reason, message }: FieldFault): ManifestFindingCode {
  switch (reason) {
    case 'FieldValueRequired':
      return 'missing-field'
    case 'FieldValueNotSupported':
      return 'unknown-value'
    case 'FieldValueInvalid':
      return message.endsWith(MISMATCH) ? 'selector-mismatch' : 'invalid-object'
    case 'FieldValueForbidden':
    case 'FieldValueDuplicate':
    case 'FieldValueNotFound':
    case 'FieldValueTooLong':
    case 'FieldValueTooMany':
      return 'invalid-object'
  }
}

const MISMATCH = '`selector` does not match template `labels`'

function faultHint(fault: FieldFault): string | undefined {
  return codeOf(fault) === 'selector-mismatch'
    ? 'give the template every label of spec.selector.matchLabels'
    : undefined
}

/** `Deployment "web"`. */
export function nameOf({ kind, metadata }: ApiObject): string {
  return `${kind} ${JSON.stringify(metadata.name)}`
}
