import { fieldsOf, type Fields } from '../src/base/fields.ts'

export interface Answer {
  readonly status: number
  readonly body: Fields
  /** The texts of its `Warning:` headers. */
  readonly warnings: readonly string[]
}

/** One request with a JSON body, and its answer, whatever that is. */
export async function ask(url: string, method: string, body?: Fields | string): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json' },
    signal: AbortSignal.timeout(10_000),
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  return {
    status: response.status,
    body: fieldsOf(await response.json()),
    warnings: warningsOf(response.headers.get('warning') ?? ''),
  }
}

/** Several headers come as one, parted by commas (RFC 9110, section 5.3); each text is quoted (RFC 7234, section 5.5). */
function warningsOf(header: string): readonly string[] {
  return [...header.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) =>
    text.replaceAll(/\\(.)/g, '$1'),
  )
}
