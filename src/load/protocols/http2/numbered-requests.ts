import type { RequestIdentity } from '../../../timeline/request-id.ts'
import type { RequestTemplate } from '../../plan.ts'
import type { PlannedRequest } from '../../planned-request.ts'
import { NumberedBytes, widenMarks } from '../../requests/numbered-bytes.ts'
import { bodyBytes, headersOf } from '../../requests/template.ts'
import type { StreamRequest } from './stream.ts'

/** The template with its marks as wide as numbers, and with the header that says which request it is. */
export function widenTemplate(
  template: RequestTemplate,
  requestId: RequestIdentity | undefined,
): RequestTemplate & { readonly body?: Uint8Array } {
  const { body: _, ...rest } = template
  const body = bodyBytes(template)
  const headers = headersOf(template, requestId).map(([name, value]) => [name, widenMarks(value)])
  return {
    ...rest,
    path: widenMarks(template.path),
    headers: Object.fromEntries(headers),
    ...(body === undefined ? {} : { body }),
  }
}

/** What is sent for a request, by the index of its template; `encoded` with wide marks. */
export function numberedRequests(
  encoded: readonly StreamRequest[],
): (request: PlannedRequest) => StreamRequest {
  const templates = encoded.map((request) => new NumberedRequest(request))
  return ({ template, sequence }) => templates[template]!.take(sequence)
}

class NumberedRequest {
  readonly #headers: NumberedBytes
  readonly #body: NumberedBytes | undefined
  /** The same object for each request: a session reads it at once, and keeps only the body. */
  readonly #next: { headerBlock: Uint8Array; body?: Uint8Array; readonly isHead: boolean }

  constructor({ headerBlock, body, isHead }: StreamRequest) {
    // Texts are literals without Huffman's code: a mark stands in the block as it is, and is as long as a number.
    this.#headers = new NumberedBytes(headerBlock)
    this.#body = body === undefined ? undefined : new NumberedBytes(body)
    this.#next = { headerBlock, isHead, ...(body === undefined ? {} : { body }) }
  }

  take(sequence: number): StreamRequest {
    this.#next.headerBlock = this.#headers.take(sequence)
    if (this.#body !== undefined) this.#next.body = this.#body.take(sequence)
    return this.#next
  }
}
