import type { Outcome } from '../../../timeline/outcome.ts'
import type { Field } from './hpack-static-table.ts'
import type { ResponseHead } from './response-progress.ts'

export interface AnswerMeaning {
  readonly outcome: Outcome
  /** The protocol's own code of the end, where it has one: a gRPC status. */
  readonly detail: number
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
  #status = 0

  constructor(okStatuses: readonly (readonly [low: number, high: number])[]) {
    this.#okStatuses = okStatuses
  }

  onHead({ status }: ResponseHead): void {
    this.#status = status
  }

  onData(): void {}

  finish(): AnswerMeaning {
    const isOk = this.#okStatuses.some(([low, high]) => this.#status >= low && this.#status <= high)
    return isOk ? OK : STATUS
  }
}
