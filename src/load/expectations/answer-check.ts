import { HitlessError } from '../../base/error.ts'
import { detailOfMismatch, type Mismatch } from '../../timeline/mismatch.ts'
import type { Outcome } from '../../timeline/outcome.ts'
import type { Digest, Hash } from '../../world/digest.ts'
import type { BackendNames } from './backend-names.ts'
import { BodyPattern } from './body-pattern.ts'
import { SELECTED_HEADERS_MAX } from '../protocols/http1/selected-headers.ts'
import type { Expectation, ExpectedHeader, Identification } from './expectation.ts'
import { KeptText } from './kept-text.ts'

/** What all checks of one generator share. */
export interface AnswerChecks {
  /** In lower case: the headers that are looked at, in the order of `HeaderValues`. */
  readonly headerNames: readonly string[]
  readonly names: BackendNames
  /** One for each answer that is read at the same time; it serves one after the other. */
  create(): AnswerCheck
}

/** Values of the headers that a check looks at, by their place in `headerNames`. */
export interface HeaderValues {
  value(index: number): string | undefined
}

/** What a check notes of a request. */
export interface Judged {
  backend: number
  detail: number
}

/** What a plan asks of answers, beyond their status. */
export interface AnswerDemands {
  readonly expected?: Expectation
  readonly identify?: Identification
}

/**
 * Undefined when nothing is asked: then answers cost nothing more. Throws `load-plan-invalid` for a pattern that
 * is none.
 */
export function answerChecks(
  { expected = {}, identify }: AnswerDemands,
  names: BackendNames,
  digest: Digest | undefined,
): AnswerChecks | undefined {
  const isAsked = Object.keys(expected).length > 0 || identify !== undefined
  if (!isAsked) return undefined
  const demands: Demands = {
    ...expected,
    headers: expected.headers ?? [],
    pattern: patternOf(expected.bodyPattern),
    identifyPattern: patternOf(identify?.kind === 'body' ? identify.pattern : undefined),
    identifiesByHeader: identify?.kind === 'header',
    newHash: expected.bodySha256 === undefined ? undefined : hasherOf(digest),
  }
  const headerNames = demands.headers.map(({ name }) => name)
  if (identify?.kind === 'header') headerNames.push(identify.name)
  return { headerNames, names, create: () => new AnswerCheck(demands, names) }
}

/** Throws `load-plan-invalid` for what no check can be made of. */
export function checkDemands({ expected = {}, identify }: AnswerDemands): void {
  const names = (expected.headers ?? []).map(({ name }) => name)
  if (identify?.kind === 'header') names.push(identify.name)
  if (names.length > SELECTED_HEADERS_MAX) {
    throw invalid(
      `${names.length} headers of answers are looked at`,
      `${SELECTED_HEADERS_MAX} at most`,
    )
  }
  for (const name of names) {
    if (!/^[!#$%&'*+\-.^_`|~0-9a-z]+$/.test(name)) {
      throw invalid(`the header name ${JSON.stringify(name)} cannot be`, 'a token, in lower case')
    }
  }
  const { bodySha256, bodyLength = 0 } = expected
  if (bodySha256 !== undefined && !/^[0-9a-f]{64}$/.test(bodySha256)) {
    throw invalid(`the SHA-256 ${bodySha256} is none`, '64 hexadecimal digits')
  }
  if (!Number.isSafeInteger(bodyLength) || bodyLength < 0) {
    throw invalid(`a body length of ${bodyLength} is expected`, 'a whole number, 0 or more')
  }
  patternOf(expected.bodyPattern)
  if (identify?.kind === 'body') patternOf(identify.pattern)
}

interface Demands {
  readonly bodyLength?: number
  readonly bodySha256?: string
  readonly headers: readonly ExpectedHeader[]
  readonly pattern: BodyPattern | undefined
  readonly identifyPattern: BodyPattern | undefined
  readonly identifiesByHeader: boolean
  readonly newHash: (() => Hash) | undefined
}

/** Looks at one answer after the other: `start`, `take` for each piece of the body, `judge`. */
export class AnswerCheck {
  readonly #demands: Demands
  readonly #names: BackendNames
  readonly #text: KeptText | undefined
  readonly #isOfBodies: boolean
  #hash: Hash | undefined
  #length = 0
  #hasBody = true

  constructor(demands: Demands, names: BackendNames) {
    this.#demands = demands
    this.#names = names
    const { pattern, identifyPattern, bodyLength, newHash } = demands
    const isKept = pattern !== undefined || identifyPattern !== undefined
    this.#text = isKept ? new KeptText() : undefined
    this.#isOfBodies = isKept || bodyLength !== undefined || newHash !== undefined
  }

  /** Returns itself if it has to be handed the body. `toHead`: to HEAD, whose answer has no body to be checked. */
  start(toHead: boolean): AnswerCheck | undefined {
    this.#hasBody = !toHead
    this.#length = 0
    this.#text?.clear()
    this.#hash = this.#demands.newHash?.()
    return this.#isOfBodies ? this : undefined
  }

  take(bytes: Uint8Array): void {
    this.#length += bytes.length
    this.#hash?.update(bytes)
    this.#text?.take(bytes)
  }

  /** Of an answer that arrived whole: notes who gave it, and what was not as expected. */
  judge(request: Judged, outcome: Outcome, headers: HeaderValues): Outcome {
    const text = this.#hasBody ? this.#text?.text() : undefined
    const name = this.#nameIn(headers, text)
    if (name !== undefined) request.backend = this.#names.numberOf(name)
    if (outcome !== 'ok') return outcome
    const mismatch = this.#headerMismatch(headers) ?? this.#bodyMismatch(text)
    if (mismatch === undefined) return outcome
    request.detail = detailOfMismatch(mismatch)
    return 'mismatch'
  }

  #nameIn(headers: HeaderValues, text: string | undefined): string | undefined {
    const { headers: expected, identifiesByHeader, identifyPattern } = this.#demands
    // Behind those that are expected.
    if (identifiesByHeader) return headers.value(expected.length)
    if (identifyPattern === undefined || text === undefined) return undefined
    const found = identifyPattern.exec(text)
    return found === null ? undefined : (found[1] ?? found[0])
  }

  #headerMismatch(headers: HeaderValues): Mismatch | undefined {
    const isAsExpected = ({ value }: ExpectedHeader, index: number) =>
      headers.value(index) === value
    return this.#demands.headers.every(isAsExpected) ? undefined : 'header'
  }

  #bodyMismatch(text: string | undefined): Mismatch | undefined {
    if (!this.#hasBody) return undefined
    const { bodyLength = this.#length, bodySha256, pattern } = this.#demands
    if (this.#length !== bodyLength) return 'body-length'
    if (bodySha256 !== undefined && this.#hash?.hex() !== bodySha256) return 'body-sha256'
    if (pattern === undefined || text === undefined || pattern.test(text)) return undefined
    return this.#text?.isCut === true ? 'body-too-long' : 'body-pattern'
  }
}

function patternOf(source: string | undefined): BodyPattern | undefined {
  if (source === undefined) return undefined
  try {
    return new BodyPattern(source)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw invalid(reason, 'a regular expression as JavaScript has it')
  }
}

function hasherOf(digest: Digest | undefined): () => Hash {
  if (digest !== undefined) return () => digest.sha256()
  throw invalid('a SHA-256 of bodies is expected', 'none: nothing here can compute it')
}

function invalid(what: string, expected: string): HitlessError {
  return new HitlessError('load-plan-invalid', `${what}; write ${expected}`, {
    exitCode: 2,
    hint: 'correct what is expected of answers, or how they tell who gave them',
  })
}
