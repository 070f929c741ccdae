import { HitlessError } from '../../../base/error.ts'
import { detailOfMismatch } from '../../../timeline/mismatch.ts'
import type { LoadTarget } from '../../plan.ts'
import type { BodySink } from '../http1/response-sink.ts'
import type { AnswerMeaning, AnswerReader } from '../http2/answer-reader.ts'
import { encodeHeaderBlock } from '../http2/hpack-encoder.ts'
import type { Field } from '../http2/hpack-static-table.ts'
import type { ResponseHead } from '../http2/response-progress.ts'
import type { StreamRequest } from '../http2/stream.ts'
import { checkedField, type Scheme } from '../http2/stream-request.ts'
import { decodeHealthCheck } from '../../../base/grpc-health.ts'
import { frameMessage } from '../../../base/grpc-message.ts'
import { isGrpcMethod } from '../../../base/text-forms.ts'
import { MessageReader } from './message.ts'
import { codeOfHttp, type GrpcStatus, statusIn, valueOf } from './status.ts'

/** A unary call: one message there, one back. */
export interface GrpcCall {
  /** `/package.Service/Method`. */
  readonly path: string
  /** As protobuf has it, without gRPC's prefix. */
  readonly message: Uint8Array
  readonly metadata?: Readonly<Record<string, string>>
  /** Told to the server as `grpc-timeout`, so that it too gives up in time. */
  readonly timeoutMs?: number
}

/** So much of the answer's message is kept to look into. */
const KEPT_BYTES_MAX = 4_096
const OK: AnswerMeaning = { outcome: 'ok', detail: 0 }
const NOT_SERVING: AnswerMeaning = {
  outcome: 'mismatch',
  detail: detailOfMismatch('not-serving'),
}
const UNKNOWN = 2
const INTERNAL = 13

/** Fields that gRPC has for itself. */
const OWN_FIELDS: readonly string[] = ['te', 'content-type', 'grpc-timeout', 'grpc-encoding']

/** The call as a request on a stream. Throws `load-plan-invalid` for a path or metadata that cannot be sent. */
export function encodeCall(
  { path, message, metadata = {}, timeoutMs }: GrpcCall,
  { target, scheme }: { readonly target: LoadTarget; readonly scheme: Scheme },
): StreamRequest {
  check(isGrpcMethod(path), `the gRPC method ${JSON.stringify(path)}`)
  const { authority } = target
  check(/^[!-~]+$/.test(authority), `the host ${JSON.stringify(authority)}`)
  const fields: Field[] = [
    [':method', 'POST'],
    [':scheme', scheme],
    [':authority', authority],
    [':path', path],
    ['te', 'trailers'],
    ['content-type', 'application/grpc'],
    ['grpc-accept-encoding', 'identity'],
    ['user-agent', 'grpc-hitless'],
  ]
  // At most eight digits.
  if (timeoutMs !== undefined && timeoutMs < 1e8) {
    fields.push(['grpc-timeout', `${Math.max(1, Math.floor(timeoutMs))}m`])
  }
  for (const field of Object.entries(metadata)) {
    const isOwn = OWN_FIELDS.includes(field[0].toLowerCase())
    check(!isOwn, `the metadata ${field[0]}, which hitless sets itself,`)
    fields.push(checkedField(field))
  }
  return { headerBlock: encodeHeaderBlock(fields), body: frameMessage(message), isHead: false }
}

/** A message written as hexadecimal digits, with blanks anywhere. Throws `load-plan-invalid` for anything else. */
export function messageFromHex(text: string): Uint8Array {
  const digits = text.replaceAll(/\s/g, '')
  check(/^(?:[0-9a-fA-F]{2})*$/.test(digits), 'a message that is not pairs of hexadecimal digits')
  return Uint8Array.from({ length: digits.length / 2 }, (_, index) =>
    Number.parseInt(digits.slice(index * 2, index * 2 + 2), 16),
  )
}

/** Also asks what the message of an answer with status OK says. */
export type MessageCheck = (message: Uint8Array) => boolean

/** The message of a health check that says SERVING. */
export const isServing: MessageCheck = (message) => decodeHealthCheck(message) === 'SERVING'

/**
 * Judges the answer to a unary call: by the status of its trailers, or of a head that is nothing but them. The record's
 * `status` is that of HTTP, and its `detail` the code of gRPC.
 */
export class GrpcReader implements AnswerReader {
  readonly #messages: MessageReader
  readonly #check: MessageCheck | undefined
  #head: ResponseHead = { status: 0, fields: [] }

  /** `body` is handed what messages carry. */
  constructor(messageCheck?: MessageCheck, body?: BodySink) {
    this.#check = messageCheck
    this.#messages = new MessageReader(messageCheck === undefined ? 0 : KEPT_BYTES_MAX, body)
  }

  onHead(head: ResponseHead): void {
    this.#head = head
  }

  onData(bytes: Uint8Array): void {
    this.#messages.take(bytes)
  }

  finish(trailers: readonly Field[]): AnswerMeaning {
    const { status, fields } = this.#head
    // Trailers-Only: the head is the end as well.
    const said: GrpcStatus | undefined = statusIn(trailers) ?? statusIn(fields)
    if (said !== undefined && said.code !== 0) return { outcome: 'status', detail: said.code }
    if (status !== 200) return { outcome: 'status', detail: codeOfHttp(status) }
    const isGrpc = (valueOf(fields, 'content-type') ?? '').startsWith('application/grpc')
    if (said === undefined || !isGrpc) return { outcome: 'malformed', detail: UNKNOWN }
    const { count, isWhole, isCompressed, first } = this.#messages
    // One message, and all of it, is what OK promises; none was allowed to be compressed.
    if (count !== 1 || !isWhole || isCompressed) return { outcome: 'malformed', detail: INTERNAL }
    const isExpected = this.#check?.(first) ?? true
    return isExpected ? OK : NOT_SERVING
  }
}

function check(isValid: boolean, what: string): void {
  if (isValid) return
  throw new HitlessError('load-plan-invalid', `${what} cannot be sent in a gRPC call`, {
    exitCode: 2,
    hint: 'correct the request: in the flags, or under load in hitless.yaml',
  })
}
