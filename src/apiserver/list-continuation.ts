import { ApiError } from '../api/api-error.ts'
import { keyOf, type ApiObject } from '../api/meta.ts'
import { decodeBase64Url, encodeBase64Url } from '../base/base64.ts'
import { JsonFault, parseJson } from './json-parser.ts'
import { badRequest } from './status-answer.ts'

/** Where the next page of a list begins: the state of the first page, after this key. */
export interface Continuation {
  readonly resourceVersion: string
  readonly afterKey: string
}

const FORMAT = 'meta.k8s.io/v1'

/**
 * Names are ASCII, so that a key is its own bytes.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
 */
export function continueToken({ resourceVersion, afterKey }: Continuation): string {
  const text = JSON.stringify({ v: FORMAT, rv: Number(resourceVersion), start: `${afterKey}\0` })
  return encodeBase64Url(text)
}

/** Throws ApiError BadRequest. */
export function readContinueToken(token: string): Continuation {
  const value = parseToken(token)
  if (value['v'] !== FORMAT) {
    throw invalidToken('server does not recognize this encoded version')
  }
  const { rv, start } = value
  if (typeof rv !== 'number' || !Number.isSafeInteger(rv) || rv <= 0) {
    throw invalidToken('incorrect encoded start resourceVersion (version meta.k8s.io/v1)')
  }
  if (typeof start !== 'string' || start === '') {
    throw invalidToken('encoded start key empty (version meta.k8s.io/v1)')
  }
  return { resourceVersion: String(rv), afterKey: start.replace(/\0$/, '') }
}

function invalidToken(why: string): ApiError {
  return badRequest(`invalid continue token: continue key is not valid: ${why}`)
}

function parseToken(token: string): Readonly<Record<string, unknown>> {
  try {
    const value = parseJson(decodeBase64Url(token))
    if (typeof value === 'object' && value !== null) return { ...value }
  } catch (error) {
    if (error instanceof JsonFault) throw invalidToken(error.message)
  }
  throw invalidToken('it was not made by this server')
}

/** A page of a sorted list, and whether more follows. */
export function pageOf<O extends ApiObject>(
  items: readonly O[],
  { limit, afterKey }: { readonly limit: number; readonly afterKey: string | undefined },
): { readonly page: readonly O[]; readonly remaining: number } {
  const first = afterKey === undefined ? 0 : firstAfter(items, afterKey)
  const end = limit === 0 ? items.length : Math.min(items.length, first + limit)
  return { page: items.slice(first, end), remaining: items.length - end }
}

function firstAfter(items: readonly ApiObject[], key: string): number {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >> 1
    const item = items[middle]
    if (item !== undefined && keyOf(item) <= key) low = middle + 1
    else high = middle
  }
  return low
}

/** The state of the first page is not there any more: the list has to begin anew. */
export function expiredContinuation(): ApiError {
  return new ApiError(
    'Expired',
    'The provided continue parameter is too old to display a consistent list result. You must start a new list without the continue parameter.',
  )
}
