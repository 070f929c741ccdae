import { ApiError } from '../api/api-error.ts'
import { describeConversionFault, UndecodableObject } from '../api/decode-fault.ts'
import { groupVersionKind, requireMergeable } from '../api/managed-fields.ts'
import type { ApiObject } from '../api/meta.ts'
import { applyPatch, refusedPatch, type PatchType } from '../api/patching.ts'
import { checkSchema } from '../api/schema-check.ts'
import { isFields } from '../base/fields.ts'
import type { Store } from '../store/store.ts'
import { decodeObject, bodyText, type DecodedObject } from './body-decoder.ts'
import { JsonFault, parseJson } from './json-parser.ts'
import { objectName } from './reading.ts'
import { asServed } from './representation.ts'
import type { WriteQuery } from './request-options.ts'
import type { ResourcePath } from './request-path.ts'
import { badRequest } from './status-answer.ts'
import {
  asObjectOf,
  inNamespace,
  previousOf,
  requireIdentity,
  warningsOf,
  writeOptions,
  type RequestBody,
  type Written,
} from './writing.ts'
import { parseYamlText } from './yaml-parser.ts'

/** The ways to write a patch, by media type. */
const TYPES: Readonly<Record<string, PatchType | 'apply'>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
}

/** Throws ApiError UnsupportedMediaType. */
export function patchTypeOf(contentType: string | undefined): PatchType | 'apply' {
  const type = TYPES[(contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '']
  if (type !== undefined) return type
  throw new ApiError('UnsupportedMediaType', '415: Unsupported Media Type', [])
}

/** https://kubernetes.io/docs/reference/using-api/api-concepts/#patch-and-apply */
export function patchObject(
  store: Store,
  path: ResourcePath,
  query: WriteQuery,
  body: RequestBody,
): Written {
  const type = patchTypeOf(body.contentType)
  if (type === 'apply') return applyObject(store, path, query, body)
  const { served } = path
  const patch = parsePatch(bodyText(body.bytes), type)
  const warnings: string[] = []
  const previous = previousOf(store, path)
  const object = store.modify(
    served.kind,
    objectName(path),
    (current: ApiObject) => {
      const patched = applyPatch(asServed(current, served), patch, type)
      const decoded = decodePatched({ patch, patched }, path, query, type)
      warnings.push(...decoded.warnings)
      return asObjectOf(decoded.object)
    },
    writeOptions(path, query),
  )
  return {
    object,
    created: false,
    warnings: [...warnings, ...warningsOf(path, object, previous)],
  }
}

interface PatchOutcome {
  readonly patch: unknown
  readonly patched: object
}

/** What makes no object of its kind is a fault of the patch, told with the patch or with what it makes. */
function decodePatched(
  outcome: PatchOutcome,
  { served }: ResourcePath,
  { fieldValidation }: WriteQuery,
  type: PatchType,
): DecodedObject {
  const { patched } = outcome
  const { kind } = served.definition
  try {
    return decodeObject(
      // What a strategic merge patch says of the kind is not looked at.
      type === 'strategic' ? { ...patched, apiVersion: served.apiVersion, kind } : patched,
      served,
      fieldValidation,
    )
  } catch (error) {
    if (!(error instanceof UndecodableObject)) throw error
    const { object, why, pointer } = error
    const isConverted = type === 'strategic' && pointer !== undefined
    throw refusedPatch(outcome, type, isConverted ? describeConversionFault(object, pointer) : why)
  }
}

/** Throws ApiError BadRequest. */
export function parsePatch(text: string, type: PatchType): unknown {
  try {
    return parseJson(text)
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error
    if (type === 'strategic') throw badRequest(error.message)
    const isList = type === 'json'
    throw badRequest(
      `error decoding patch: ${isList && text.trim() === '' ? 'unexpected end of JSON input' : error.message}`,
    )
  }
}

/** https://kubernetes.io/docs/reference/using-api/server-side-apply/ */
function applyObject(
  store: Store,
  path: ResourcePath,
  query: WriteQuery,
  { bytes }: RequestBody,
): Written {
  const { served, name = '' } = path
  const value = parseYamlText(bodyText(bytes))
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badRequest('error decoding YAML: the body is no object')
  }
  const { apiVersion, kind } = { apiVersion: '', kind: '', ...value }
  if (apiVersion === '' || kind === '') {
    throw badRequest(`invalid object type: ${apiVersion === '' ? '/' : apiVersion}, Kind=${kind}`)
  }
  const options = { ...writeOptions(path, query), force: query.force }
  const { object, warnings } = decodeApplied(value, path, (config) => {
    store.apply(served.kind, config, { ...options, dryRun: true })
  })
  requireIdentity(object, path)
  const placed = inNamespace(object, path)
  const config = { ...placed, metadata: { ...placed.metadata, name } }
  const previous = previousOf(store, path)
  const { object: applied, created } = store.apply(served.kind, config, options)
  return {
    object: applied,
    created,
    warnings: [...warnings, ...warningsOf(path, applied, previous)],
  }
}

/**
 * A configuration with fields that its kind does not have is refused whatever `fieldValidation` says: without a type a
 * field cannot be merged. The merge finds that before the decoder could, so `tryMerge` has the first word on what does
 * not decode.
 */
function decodeApplied(
  value: object,
  path: ResourcePath,
  tryMerge: (config: ApiObject) => void,
): DecodedObject {
  const { served, name = '' } = path
  try {
    return decodeObject(value, served, 'Strict')
  } catch (error) {
    if (!(error instanceof ApiError) || served.other !== undefined) throw error
    const { metadata = {} }: { readonly metadata?: unknown } = value
    if (isFields(metadata)) {
      const config = { apiVersion: '', kind: '', ...value, metadata: { ...metadata, name } }
      const subject = { apiVersion: served.apiVersion, kind: served.definition.kind }
      // Kubernetes tells the namespace only when the configuration does.
      if (areSameKind(config, subject)) requireMergeable(config, subject)
      tryMerge(inNamespace(config, path))
      refuseConversion(config)
    }
    throw error
  }
}

function areSameKind(
  config: Pick<ApiObject, 'apiVersion' | 'kind'>,
  { apiVersion, kind }: Pick<ApiObject, 'apiVersion' | 'kind'>,
): boolean {
  return config.apiVersion === apiVersion && config.kind === kind
}

/** What can be merged may still fit into no object: a number with a fraction. Kubernetes takes that for its own fault. */
function refuseConversion(config: ApiObject): void {
  const wrong = checkSchema(config).find(({ fault }) => fault === 'wrong-type')
  if (wrong === undefined) return
  const { apiVersion, kind, metadata } = config
  const type = groupVersionKind(apiVersion, kind)
  const place = `${metadata.namespace ?? ''}/${metadata.name}; ${type}`
  const why = describeConversionFault(config, wrong.pointer)
  throw new ApiError(
    'Unknown',
    `failed to convert new object (${place}) to proper version: unable to convert unstructured object to ${type}: ${why}`,
  )
}
