import type { AnswerCheck, AnswerChecks, HeaderValues } from '../../expectations/answer-check.ts'
import type { BodySink } from '../http1/response-sink.ts'
import type { AnswerMeaning, AnswerReader } from './answer-reader.ts'
import type { Field } from './hpack-static-table.ts'
import type { ResponseHead } from './response-progress.ts'

/** A reader of the protocol's own; what of the answer is its body is handed to `body`. */
export type NewReader = (template: number, body?: BodySink) => AnswerReader

export interface CheckedAnswers {
  /** Undefined: the protocol's own reading is all. */
  readonly checks: AnswerChecks | undefined
  /** The request is a HEAD. */
  readonly isHead: (template: number) => boolean
  readonly newReader: NewReader
}

/** Readers that judge an answer as the protocol does, and by what else is expected of it; and that see who gave it. */
export function checkedReaders({
  checks,
  isHead,
  newReader,
}: CheckedAnswers): (template: number) => AnswerReader {
  if (checks === undefined) return (template) => newReader(template)
  const spare: AnswerCheck[] = []
  return (template) => {
    const check = spare.pop() ?? checks.create()
    const reader = newReader(template, check.start(isHead(template)))
    return new CheckedReader(reader, check, {
      headerNames: checks.headerNames,
      onFinished: () => void spare.push(check),
    })
  }
}

interface CheckedReaderOptions {
  /** The headers that the check looks at. */
  readonly headerNames: readonly string[]
  /** The check is free for the next answer; that of an answer that never came whole is not used again. */
  readonly onFinished: () => void
}

class CheckedReader implements AnswerReader, HeaderValues {
  readonly #reader: AnswerReader
  readonly #check: AnswerCheck
  readonly #options: CheckedReaderOptions
  #fields: readonly Field[] = []

  constructor(reader: AnswerReader, check: AnswerCheck, options: CheckedReaderOptions) {
    this.#reader = reader
    this.#check = check
    this.#options = options
  }

  onHead(head: ResponseHead): void {
    this.#fields = head.fields
    this.#reader.onHead(head)
  }

  onData(bytes: Uint8Array): void {
    this.#reader.onData(bytes)
  }

  finish(trailers: readonly Field[]): AnswerMeaning {
    const meaning = this.#reader.finish(trailers)
    const judged = { backend: 0, detail: meaning.detail }
    const outcome = this.#check.judge(judged, meaning.outcome, this)
    this.#options.onFinished()
    return { outcome, ...judged }
  }

  /** Of repeated fields all values, as RFC 9110, section 5.3, has it. */
  value(index: number): string | undefined {
    const name = this.#options.headerNames[index]
    const values = this.#fields.flatMap((field) => (field[0] === name ? [field[1]] : []))
    return values.length === 0 ? undefined : values.join(', ')
  }
}
