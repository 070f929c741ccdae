import { ApiError } from '../api/api-error.ts'
import type { ApiObject } from '../api/meta.ts'
import { applyPatch, type PatchType } from '../api/patching.ts'
import type { Store } from '../store/store.ts'
import { decodeObject, parseYamlText, textOf, type DecodedObject } from './body-decoder.ts'
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
  const patch = parsePatch(textOf(body.bytes), type)
  const warnings: string[] = []
  const previous = previousOf(store, path)
  const object = store.modify(
    served.kind,
    objectName(path),
    (current: ApiObject) => {
      const patched = applyPatch(asServed(current, served), patch, type)
      const decoded = decodePatched(patched, path, query, type)
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

/** A patch that gives a field the wrong type is a fault of the patch, told with what it makes of the object. */
function decodePatched(
  patched: unknown,
  { served }: ResourcePath,
  { fieldValidation }: WriteQuery,
  type: PatchType,
): DecodedObject {
  try {
    return decodeObject(patched, served, fieldValidation)
  } catch (error) {
    const isOfType = error instanceof ApiError && error.message.includes(DECODING)
    if (!isOfType || type === 'strategic' || error.message.includes('strict decoding')) throw error
    const why = error.message.slice(error.message.indexOf(DECODING) + 2)
    const message = `Invalid value: ${JSON.stringify(JSON.stringify(patched))}: ${why}`
    const cause = { reason: 'FieldValueInvalid', message, field: 'patch' }
    throw new ApiError('Invalid', ` "" is invalid: patch: ${message}`, [cause])
  }
}

const DECODING = ': json: '

function parsePatch(text: string, type: PatchType): unknown {
  try {
    return parseJson(text)
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error
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
  const value = parseYamlText(textOf(bytes))
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badRequest('error decoding YAML: the body is no object')
  }
  const { apiVersion, kind } = { apiVersion: '', kind: '', ...value }
  if (apiVersion === '' || kind === '') {
    throw badRequest(`invalid object type: ${apiVersion === '' ? '/' : apiVersion}, Kind=${kind}`)
  }
  const { object, warnings } = decodeObject(value, served, query.fieldValidation)
  requireIdentity(object, path)
  const placed = inNamespace(object, path)
  const config = { ...placed, metadata: { ...placed.metadata, name } }
  const options = { ...writeOptions(path, query), force: query.force }
  const previous = previousOf(store, path)
  const { object: applied, created } = store.apply(served.kind, config, options)
  return {
    object: applied,
    created,
    warnings: [...warnings, ...warningsOf(path, applied, previous)],
  }
}
