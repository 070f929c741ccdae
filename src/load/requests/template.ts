import type { RequestIdentity } from '../../timeline/request-id.ts'
import type { RequestTemplate } from '../plan.ts'
import { widenMarkBytes } from './numbered-bytes.ts'

type Header = readonly [name: string, value: string]

/** The body with wide marks for its number; undefined without one. */
export function bodyBytes({ body }: RequestTemplate): Uint8Array | undefined {
  if (body === undefined) return undefined
  return widenMarkBytes(typeof body === 'string' ? new TextEncoder().encode(body) : body)
}

/** Its headers, and the one that says which request it is: a template that has that one itself keeps its own. */
export function headersOf(
  { headers }: RequestTemplate,
  requestId: RequestIdentity | undefined,
): readonly Header[] {
  const own = Object.entries(headers)
  if (requestId === undefined) return own
  const { header, run } = requestId
  const isTaken = own.some(([name]) => name.toLowerCase() === header.toLowerCase())
  return isTaken ? own : [...own, [header, `${run}-{{n}}`]]
}
