import { isFields } from '../../base/fields.ts'
import { ApiError } from '../api-error.ts'
import { JsonDocument } from './json-document.ts'
import {
  badPatch,
  jsonTypeOf,
  patchInvalid,
  patchRejected,
  requireBoundedDepth,
  tooDeep,
} from './patch-refusal.ts'

/** As an API server has it (apiserver, maxJSONPatchOperations). */
const OPERATIONS_MAX = 10_000

const MEMBERS = ['op', 'path', 'from', 'value']

/**
 * JSON patch (RFC 6902) as Kubernetes 1.34 does it, by gopkg.in/evanphx/json-patch.v4, which is more
 * lenient: `replace` may name a member that is missing, a missing member is equal to null, and an
 * index may count from the end of a list. Neither argument is changed.
 */
export function applyJsonPatch(current: object, patch: unknown): object {
  const operations = operationsOf(patch)
  const document = new JsonDocument(current)
  for (const operation of operations) apply(document, operation)
  const { root } = document
  requireBoundedDepth(root, patchRejected)
  if (!Array.isArray(root)) return root
  const struct =
    'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'
  const why = `json: cannot unmarshal array into Go value of type ${struct}`
  throw patchInvalid(JSON.stringify(root), `couldn't get version/kind; json parse error: ${why}`)
}

/**
 * Members of operations that mean nothing, as Kubernetes names them: `json patch unknown field "[0].foo"`.
 * Field validation makes warnings of them, or refuses the patch.
 */
export function unknownJsonPatchFields(patch: unknown): readonly string[] {
  if (!Array.isArray(patch)) return []
  return patch.flatMap((operation: unknown, index) => {
    const names = isFields(operation) ? Object.keys(operation) : []
    const unknown = names.filter((name) => !MEMBERS.includes(name))
    return unknown.map((name) => `json patch unknown field "[${index}].${name}"`)
  })
}

interface Operation {
  readonly op: string
  readonly path: string | undefined
  readonly from: string | undefined
  /** Undefined where the operation has none. */
  readonly value: unknown
}

function operationsOf(patch: unknown): readonly Operation[] {
  requireBoundedDepth(patch, () => tooDeep('error decoding patch: '))
  if (patch === null) return []
  if (!Array.isArray(patch)) throw undecodable(patch, 'value of type []handlers.jsonPatchOp')
  const operations = patch.map((operation: unknown) => {
    if (operation !== null && !isFields(operation)) {
      throw undecodable(operation, 'value of type handlers.jsonPatchOp')
    }
    const { op, path, from, value } = operation ?? {}
    return {
      op: textIn('op', op) ?? '',
      path: textIn('path', path),
      from: textIn('from', from),
      value,
    }
  })
  if (operations.length <= OPERATIONS_MAX) return operations
  const limit = `The allowed maximum operations in a JSON patch is ${OPERATIONS_MAX}`
  const message = `Request entity too large: ${limit}, got ${operations.length}`
  throw new ApiError('RequestEntityTooLarge', message)
}

function textIn(member: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string') return value
  throw undecodable(value, `struct field jsonPatchOp.${member} of type string`)
}

function undecodable(value: unknown, into: string): ApiError {
  const type = jsonTypeOf(value)
  return badPatch(`error decoding patch: json: cannot unmarshal ${type} into Go ${into}`)
}

function apply(document: JsonDocument, { op, path, from, value }: Operation): void {
  if (path === undefined) throw patchRejected()
  // Without a value Kubernetes' library ends the request with a crash.
  if (value === undefined && (op === 'test' || path === '')) throw patchRejected()
  switch (op) {
    case 'add':
      return document.add(path, structuredClone(value ?? null))
    case 'remove':
      return document.remove(path)
    case 'replace':
      return document.replace(path, structuredClone(value ?? null))
    case 'test':
      return document.test(path, value ?? null)
    case 'move':
      if (from === undefined) throw patchRejected()
      return document.move(from, path)
    case 'copy':
      if (from === undefined) throw patchRejected()
      return document.copy(from, path)
    default:
      throw patchRejected()
  }
}
