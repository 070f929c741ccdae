import { HitlessError } from '../../../base/error.ts'
import type { LoadTarget, RequestTemplate } from '../../plan.ts'

/** A request as it goes over the wire, made once for all its repetitions. */
export interface RequestBytes {
  readonly bytes: Uint8Array
  /** Its answer has no body (RFC 9110, section 9.3.2). */
  readonly isHead: boolean
}

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
  options: { readonly target: LoadTarget; readonly keepsAlive: boolean },
): RequestBytes {
  const { method, path, body } = template
  check(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(method), `the method ${JSON.stringify(method)}`)
  check(/^[\u0021-\u007e]+$/.test(path), `the path ${JSON.stringify(path)}`)
  const { authority } = options.target
  check(/^[\u0021-\u007e]+$/.test(authority), `the host ${JSON.stringify(authority)}`)
  const lines = [`${method} ${path} HTTP/1.1`, `Host: ${authority}`]
  if (!options.keepsAlive) lines.push('Connection: close')
  for (const [name, value] of Object.entries(template.headers)) {
    check(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name), `the header name ${JSON.stringify(name)}`)
    check(!OWN_FIELDS.includes(name.toLowerCase()), `the header ${name}, which hitless sets itself`)
    check(/^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(value), `the value of the header ${name}`)
    lines.push(`${name}: ${value}`)
  }
  const content = body === undefined ? undefined : new TextEncoder().encode(body)
  if (content !== undefined) lines.push(`Content-Length: ${content.length}`)
  const head = Uint8Array.from(`${lines.join('\r\n')}\r\n\r\n`, (character) =>
    character.charCodeAt(0),
  )
  const bytes = new Uint8Array(head.length + (content?.length ?? 0))
  bytes.set(head)
  if (content !== undefined) bytes.set(content, head.length)
  return { bytes, isHead: method === 'HEAD' }
}

function check(isValid: boolean, what: string): void {
  if (isValid) return
  throw new HitlessError('load-plan-invalid', `${what} cannot be sent in an HTTP/1.1 request`, {
    exitCode: 2,
    hint: 'correct it under load.requests or load.target in hitless.yaml',
  })
}
