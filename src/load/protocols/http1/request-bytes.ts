import { isToken } from '../../../base/text-forms.ts'
import { HitlessError } from '../../../base/error.ts'
import { concatenate } from '../../../base/concatenate.ts'
import type { RequestIdentity } from '../../../timeline/request-id.ts'
import type { LoadTarget, RequestTemplate } from '../../plan.ts'
import { NumberedBytes, widenMarks } from '../../requests/numbered-bytes.ts'
import { bodyBytes, headersOf } from '../../requests/template.ts'

/** A request as it goes over the wire, made once for all its repetitions. */
export interface RequestBytes {
  /** With the body behind it, unless that is large. */
  readonly head: NumberedBytes
  readonly body: NumberedBytes | undefined
  /** Its answer has no body (RFC 9110, section 9.3.2). */
  readonly isHead: boolean
}

export interface RequestBytesOptions {
  readonly target: LoadTarget
  readonly keepsAlive: boolean
  readonly requestId?: RequestIdentity | undefined
}

/** A larger body is not copied behind each head that has a number: it is a write of its own. */
const JOINED_BODY_BYTES_MAX = 16_384

/** Fields that the generator sets itself, because they frame the message or belong to the lane. */
const OWN_FIELDS: readonly string[] = [
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'expect',
  'upgrade',
]

/**
 * An HTTP/1.1 request (RFC 9112, section 3). With `keepsAlive` false it says `Connection: close`.
 * Throws `load-plan-invalid` for text that would not be one request, such as a path with a line break.
 */
export function encodeRequest(
  template: RequestTemplate,
  { target, keepsAlive, requestId }: RequestBytesOptions,
): RequestBytes {
  const { method, path, authority = target.authority } = template
  check(isToken(method), `the method ${JSON.stringify(method)}`)
  check(/^[\u0021-\u007e]+$/.test(path), `the path ${JSON.stringify(path)}`)
  check(/^[\u0021-\u007e]+$/.test(authority), `the host ${JSON.stringify(authority)}`)
  const lines = [`${method} ${path} HTTP/1.1`, `Host: ${authority}`]
  if (!keepsAlive) lines.push('Connection: close')
  for (const [name, value] of headersOf(template, requestId)) {
    check(isToken(name), `the header name ${JSON.stringify(name)}`)
    check(
      !OWN_FIELDS.includes(name.toLowerCase()),
      `the header ${name}, which hitless sets itself,`,
    )
    check(/^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(value), `the value of the header ${name}`)
    lines.push(`${name}: ${value}`)
  }
  const body = bodyBytes(template)
  if (body !== undefined) lines.push(`Content-Length: ${body.length}`)
  const head = Uint8Array.from(`${widenMarks(lines.join('\r\n'))}\r\n\r\n`, (character) =>
    character.charCodeAt(0),
  )
  const isJoined = body !== undefined && body.length <= JOINED_BODY_BYTES_MAX
  return {
    head: new NumberedBytes(isJoined ? concatenate([head, body]) : head),
    body: body === undefined || isJoined ? undefined : new NumberedBytes(body),
    isHead: method === 'HEAD',
  }
}

function check(isValid: boolean, what: string): void {
  if (isValid) return
  throw new HitlessError('load-plan-invalid', `${what} cannot be sent in an HTTP/1.1 request`, {
    exitCode: 2,
    hint: 'correct the request: in the flags, or under load in hitless.yaml',
  })
}
