import { ApiError } from '../api/api-error.ts'
import {
  describeDecodeFault,
  ofAnotherKind,
  strictlyUndecodable,
  undecodable,
} from '../api/decode-fault.ts'
import type { ApiObject } from '../api/meta.ts'
import { decodeProtobuf, type ExpectedKind } from '../api/protobuf-decoder.ts'
import { checkSchema, type SchemaFault } from '../api/schema-check.ts'
import { definitionOfKind } from '../api/schema.ts'
import { findComplaints } from './duplicate-keys.ts'
import { JsonFault, parseJson } from './json-parser.ts'
import type { ServedKind } from './request-path.ts'
import { groupOf } from './request-path.ts'
import type { FieldValidation } from './request-options.ts'
import { badRequest } from './status-answer.ts'
import { parseYamlText } from './yaml-parser.ts'

/** A request body as an object in the version in which it is stored, and what its sender is to be warned of. */
export interface DecodedObject {
  readonly object: ApiObject
  readonly warnings: readonly string[]
}

const UNKNOWN_FORMAT =
  'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf'

/** A body of any of the three formats as JSON data. Throws ApiError. */
export function decodeBody(
  body: Uint8Array,
  contentType: string | undefined,
  expected: ExpectedKind,
): unknown {
  const type = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  switch (type) {
    case 'application/vnd.kubernetes.protobuf':
      return decodeProtobuf(body, expected)
    case 'application/yaml':
    case 'application/json':
    case '':
      return decodeText(bodyText(body), type === 'application/yaml', expected.kind)
    default:
      throw new ApiError('UnsupportedMediaType', UNKNOWN_FORMAT)
  }
}

function decodeText(text: string, isYaml: boolean, kindName: string): unknown {
  const refuse = (why: string) =>
    badRequest(
      `the object provided is unrecognized (must be of type ${kindName}): couldn't get version/kind; json parse error: ${why} (${excerpt(text)})`,
    )
  try {
    return isYaml ? parseYamlText(text) : parseJson(text)
  } catch (error) {
    if (error instanceof JsonFault) throw refuse(error.message)
    throw error
  }
}

export function bodyText(body: Uint8Array): string {
  return new TextDecoder().decode(body)
}

/** Go prints the beginning of what it could not read. */
const EXCERPT_LENGTH = 30

function excerpt(text: string): string {
  if (text === '') return '<empty>'
  return text.length > EXCERPT_LENGTH ? `${text.slice(0, EXCERPT_LENGTH)} ...` : text
}

/** What a body is to be: an object that is stored, or one that only ever asks for something. */
export interface SentKind extends Pick<ServedKind, 'apiVersion' | 'other'> {
  readonly definition: { readonly kind: string }
}

/** The body of a request that writes a whole object. Throws ApiError. */
export function decodeSent(
  { bytes, contentType }: { readonly bytes: Uint8Array; readonly contentType: string | undefined },
  served: SentKind,
  fieldValidation: FieldValidation,
): DecodedObject {
  const expected = { apiVersion: served.apiVersion, kind: served.definition.kind }
  const value = decodeBody(bytes, contentType, expected)
  const isJson = /^(application\/json)?\s*(;|$)/i.test((contentType ?? '').trim())
  const isLookedAt = isJson && fieldValidation !== 'Ignore'
  return decodeObject(value, served, fieldValidation, isLookedAt ? bodyText(bytes) : '')
}

/**
 * A value as an object of the kind of the URL: its version and kind, the types of its fields (a wrong one is BadRequest),
 * fields that there are not (left out, with a warning, or BadRequest when `fieldValidation` is Strict), and likewise those
 * that its text has twice, where it is JSON.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation
 */
export function decodeObject(
  value: unknown,
  served: SentKind,
  fieldValidation: FieldValidation,
  text = '',
): DecodedObject {
  const object = withIdentity(value, served)
  const faults = checkSchema(object)
  const wrong = faults.find(({ fault }) => fault === 'wrong-type')
  if (wrong !== undefined) throw undecodable(object, wrong.pointer)
  const unknown = faults.filter(({ fault }) => fault === 'unknown-field')
  const messages = strictMessages(object, unknown, text)
  if (messages.length > 0 && fieldValidation === 'Strict') {
    throw strictlyUndecodable(object, messages)
  }
  const known = unknown.length === 0 ? object : pruned(object, unknown)
  const stored = served.other === undefined ? known : asObject(served.other.toStorage({ ...known }))
  return { object: stored, warnings: fieldValidation === 'Warn' ? messages : [] }
}

/** What a strict reader complains of, in the order of the text. */
function strictMessages(
  object: ApiObject,
  unknown: readonly SchemaFault[],
  text: string,
): readonly string[] {
  const byPath = new Map(unknown.map((fault) => [fault.path, describeDecodeFault(object, fault)]))
  const { twice, inOrder } = findComplaints(text, unknown)
  if (twice.length === 0) return unknown.map((fault) => describeDecodeFault(object, fault))
  return inOrder.map((path) => byPath.get(path) ?? `duplicate field ${JSON.stringify(path)}`)
}

/** With nulls left out (they are absent fields), and the version and kind of the URL where it says none. */
function withIdentity(value: unknown, served: SentKind): ApiObject {
  const { kind } = served.definition
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badRequest(
      `the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind; json parse error: json: cannot unmarshal ${goKindOf(value)} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" } (${hexOf(JSON.stringify(value) ?? '')})`,
    )
  }
  const given = asObject(withoutNulls(value))
  const identity = {
    apiVersion: given.apiVersion ?? served.apiVersion,
    kind: given.kind ?? kind,
  }
  const isSameGroup = groupOf(identity.apiVersion) === groupOf(served.apiVersion)
  const isSameVersion = identity.apiVersion === served.apiVersion
  const isKnown =
    definitionOfKind(identity.apiVersion, kind) !== undefined ||
    FORMER_VERSION.test(identity.apiVersion)
  if (identity.kind !== kind || !isSameGroup || (!isSameVersion && !isKnown)) {
    throw ofAnotherKind({ ...given, ...identity }, { kind, goType: goInternalType(served) })
  }
  if (!isSameVersion) {
    throw badRequest(
      `the API version in the data (${identity.apiVersion}) does not match the expected API version (${served.apiVersion})`,
    )
  }
  return { ...given, ...identity, metadata: given.metadata ?? { name: '' } }
}

/** Kubernetes knows the versions that went before those that it serves. */
const FORMER_VERSION = /\/v1(alpha1|beta[12])$/

/** Go prints the bytes of what is JSON, but no object. */
function hexOf(text: string): string {
  const bytes = new TextEncoder().encode(text.slice(0, 512))
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

function goInternalType({ apiVersion, definition }: SentKind): string {
  const group = groupOf(apiVersion).split('.')[0]
  return `${group === '' || group === undefined ? 'core' : group}.${definition.kind}`
}

function goKindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  return value === null ? 'null' : typeof value === 'boolean' ? 'bool' : typeof value
}

/** The value itself where it holds none: of what a patch leaves alone the store then sees that it is the same. */
function withoutNulls(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    const items = value.filter((item) => item !== null).map((item: unknown) => withoutNulls(item))
    const isSame = items.length === value.length && items.every((item, at) => item === value[at])
    return isSame ? value : items
  }
  const members = Object.entries(value) as [string, unknown][]
  let isSame = true
  const kept: [string, unknown][] = []
  for (const [key, item] of members) {
    if (item !== null) {
      const rest = withoutNulls(item)
      if (rest === item) {
        kept.push([key, item])
        continue
      }
      kept.push([key, rest])
    }
    isSame = false
  }
  return isSame ? value : Object.fromEntries(kept)
}

/** The object without the fields that faults point at. */
function pruned(object: ApiObject, faults: readonly SchemaFault[]): ApiObject {
  const pointers = new Set(faults.map(({ pointer }) => pointer))
  return asObject(prune(object, '', pointers))
}

function prune(value: unknown, pointer: string, gone: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => prune(item, `${pointer}/${index}`, gone))
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]: [string, unknown]) => {
      const at = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
      return gone.has(at) ? [] : [[key, prune(item, at, gone)]]
    }),
  )
}

/** For what is JSON with the shape of an object, or will be refused as not being one. */
function asObject(value: unknown): ApiObject {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return value as ApiObject
}
