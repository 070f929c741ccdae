import type { RequestTemplate } from '../../../load/plan.ts'
import { type Random, randomInteger } from '../../../world/random.ts'

const MARK = '{{uuid}}'

/**
 * `{{uuid}}` becomes a UUID of version 4 in form: its beginning is by chance, one for each place, and its last ten
 * digits are the number of the request, so that no two are equal and making one costs nothing.
 */
export function fillUuids(request: RequestTemplate, random: Random): RequestTemplate {
  const fill = (text: string) => text.replaceAll(MARK, () => newUuid(random))
  const { body, headers } = request
  return {
    ...request,
    path: fill(request.path),
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, fill(value)]),
    ),
    ...(body === undefined ? {} : { body: fillBody(body, fill) }),
  }
}

function fillBody(body: string | Uint8Array, fill: (text: string) => string): string | Uint8Array {
  if (typeof body === 'string') return fill(body)
  const text = Buffer.from(body).toString('latin1')
  return text.includes(MARK) ? new Uint8Array(Buffer.from(fill(text), 'latin1')) : body
}

function newUuid(random: Random): string {
  const digits = (count: number) =>
    Array.from({ length: count }, () => randomInteger(random, 16).toString(16)).join('')
  const variant = '89ab'[randomInteger(random, 4)]
  return `${digits(8)}-${digits(4)}-4${digits(3)}-${variant}${digits(3)}-${digits(2)}{{n}}`
}
