import type { Outcome } from '../../../timeline/outcome.ts'
import type { BodySink } from '../http1/response-sink.ts'
import type { Field } from './hpack-static-table.ts'
import type { ResponseHead } from './response-progress.ts'

export interface AnswerMeaning {
  readonly outcome: Outcome
  /** The protocol's own code of the end, where it has one: a gRPC status. */
  readonly detail: number
  /** The number of who answered; missing when nobody can tell. */
  readonly backend?: number
}

/** What an answer means to whoever asked for it: one for each request, told of the answer as it comes. */
export interface AnswerReader {
  onHead(head: ResponseHead): void
  /** Valid only during the call. */
  onData(bytes: Uint8Array): void
  /** The answer is whole, and valid HTTP/2. */
  finish(trailers: readonly Field[]): AnswerMeaning
}

const OK: AnswerMeaning = { outcome: 'ok', detail: 0 }
const STATUS: AnswerMeaning = { outcome: 'status', detail: 0 }

/** Judges an answer by its status alone. */
export class StatusReader implements AnswerReader {
  readonly #okStatuses: readonly (readonly [low: number, high: number])[]
  readonly #body: BodySink | undefined
  #status = 0

  constructor(okStatuses: readonly (readonly [low: number, high: number])[], body?: BodySink) {
    this.#okStatuses = okStatuses
    this.#body = body
  }

  onHead({ status }: ResponseHead): void {
    this.#status = status
  }

  onData(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#body?.take(bytes)
  }

  finish(): AnswerMeaning {
    const isOk = this.#okStatuses.some(([low, high]) => this.#status >= low && this.#status <= high)
    return isOk ? OK : STATUS
  }
}
