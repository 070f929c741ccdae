import { isToken } from '../../../base/text-forms.ts'
import { concatenate } from '../../../base/concatenate.ts'
import { HitlessError } from '../../../base/error.ts'
import type { LoadTarget, RequestTemplate } from '../../plan.ts'
import { encodeHeaderBlock } from './hpack-encoder.ts'
import type { Field } from './hpack-static-table.ts'
import type { StreamRequest } from './stream.ts'

export type Scheme = 'http' | 'https'

export function schemeOf({ tls }: LoadTarget): Scheme {
  return tls === undefined ? 'http' : 'https'
}

/** Fields that the generator sets itself, or that HTTP/2 does not have (RFC 9113, section 8.2.2). */
const OWN_FIELDS: readonly string[] = [
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'expect',
  'upgrade',
  'keep-alive',
  'proxy-connection',
]

/**
 * A request as HTTP/2 has it, made once for all its repetitions. Throws `load-plan-invalid` for text that
 * would not be one.
 */
export function encodeStreamRequest(
  template: RequestTemplate,
  { target, scheme }: { readonly target: LoadTarget; readonly scheme: Scheme },
): StreamRequest {
  const { method, path, headers, authority = target.authority } = template
  const body =
    typeof template.body === 'string' ? new TextEncoder().encode(template.body) : template.body
  check(isToken(method), `the method ${JSON.stringify(method)}`)
  check(/^[\u0021-\u007e]+$/.test(path), `the path ${JSON.stringify(path)}`)
  check(/^[\u0021-\u007e]+$/.test(authority), `the host ${JSON.stringify(authority)}`)
  const fields: Field[] = [
    [':method', method],
    [':scheme', scheme],
    [':authority', authority],
    [':path', path],
    ...Object.entries(headers).map(checkedField),
  ]
  if (body !== undefined) fields.push(['content-length', String(body.length)])
  return { headerBlock: encodeHeaderBlock(fields), body, isHead: method === 'HEAD' }
}

/** With fields of its own, such as a number; names in lower case. Blocks depend on nothing before them, and can be put together. */
export function withFields(request: StreamRequest, fields: readonly Field[]): StreamRequest {
  const headerBlock = concatenate([request.headerBlock, encodeHeaderBlock(fields)])
  return { ...request, headerBlock }
}

export function checkedField([name, value]: readonly [name: string, value: string]): Field {
  const lower = name.toLowerCase()
  check(isToken(lower), `the header name ${JSON.stringify(name)}`)
  check(
    !OWN_FIELDS.includes(lower),
    `the header ${name}, which hitless sets itself or HTTP/2 lacks,`,
  )
  check(lower !== 'te' || value === 'trailers', 'a header te other than trailers')
  const trimmed = value.replace(/^[\t ]+|[\t ]+$/g, '')
  check(/^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(trimmed), `the value of the header ${name}`)
  return [lower, trimmed]
}

function check(isValid: boolean, what: string): void {
  if (isValid) return
  throw new HitlessError('load-plan-invalid', `${what} cannot be sent in an HTTP/2 request`, {
    exitCode: 2,
    hint: 'correct the request: in the flags, or under load in hitless.yaml',
  })
}
