import { stringify } from 'yaml'
import type { ServerResponse } from '../world/http-server.ts'
import type { AnswerForm } from './content-type.ts'
import type { StatusAnswer } from './status-answer.ts'

/** A whole answer, ready to be sent. */
export interface Answer {
  readonly status: number
  readonly contentType: string
  readonly body: string
  /** RFC 7234 section 5.5, code 299, as https://kubernetes.io/blog/2020/09/03/warnings/ has it. */
  readonly warnings?: readonly string[]
  readonly headers?: Readonly<Record<string, string>>
}

/** Longer or more warnings than these are cut off. */
const WARNING_LENGTH_MAX = 256
const WARNINGS_LENGTH_MAX = 4 * 1024

export function jsonAnswer(
  status: number,
  body: string,
  { media }: Pick<AnswerForm, 'media'> = { media: 'json' },
  { pretty = false, warnings = [] }: { pretty?: boolean; warnings?: readonly string[] } = {},
): Answer {
  if (media === 'yaml') {
    const text = stringify(JSON.parse(body), { aliasDuplicateObjects: false, lineWidth: 0 })
    return { status, contentType: 'application/yaml', body: text, warnings }
  }
  const text = pretty ? JSON.stringify(JSON.parse(body), null, 2) : `${body}\n`
  return { status, contentType: 'application/json', body: text, warnings }
}

/** Clients that are to come again learn it from the header too (RFC 9110 section 10.2.3), and some from it alone. */
export function statusAnswer(
  status: StatusAnswer,
  options: { pretty?: boolean; warnings?: readonly string[] } = {},
): Answer {
  const answer = jsonAnswer(status.code, JSON.stringify(status), { media: 'json' }, options)
  const { retryAfterSeconds = 0 } = status.details ?? {}
  return retryAfterSeconds > 0
    ? { ...answer, headers: { 'retry-after': String(retryAfterSeconds) } }
    : answer
}

export function textAnswer(status: number, body: string): Answer {
  return { status, contentType: 'text/plain; charset=utf-8', body }
}

export function sendAnswer(response: ServerResponse, answer: Answer): void {
  const warnings = boundedWarnings(answer.warnings ?? [])
  response.send(
    answer.status,
    {
      'cache-control': 'no-cache, private',
      ...answer.headers,
      'content-type': answer.contentType,
      ...(warnings.length === 0 ? {} : { warning: warnings }),
    },
    answer.body,
  )
}

function boundedWarnings(warnings: readonly string[]): readonly string[] {
  let room = WARNINGS_LENGTH_MAX
  return [...new Set(warnings)].flatMap((warning) => {
    const text = warning.slice(0, WARNING_LENGTH_MAX).replaceAll(/[\r\n\0]/g, ' ')
    room -= text.length
    return room < 0 ? [] : [`299 - "${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`]
  })
}
