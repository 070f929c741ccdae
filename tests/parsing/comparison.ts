import { latin1Bytes, RESPONSE_CORPUS } from '../../src/load/testing/response-corpus.ts'
import { randomElement, randomInteger, seededRandom } from '../../src/world/random.ts'
import { relate } from './disagreements.ts'
import { theirVerdict } from './llhttp.ts'
import { mutate } from './mutation.ts'
import { ourVerdict } from './ours.ts'
import type { ParserVerdict } from './verdict.ts'

/** How both parsers judged many answers. */
export interface Comparison {
  answers: number
  same: number
  /** Of the same verdicts, those that the answer is complete. */
  whole: number
  otherwise: number
  /** By what ours found wrong. */
  readonly stricter: Record<string, number>
  /** Answers that ours should not have taken, or took differently when they were cut. */
  readonly offences: Offence[]
}

export interface Offence {
  readonly text: string
  readonly ours: ParserVerdict
  readonly theirs: ParserVerdict
}

const OFFENCES_KEPT = 20
/** Longer ones would be read again and again without meeting anything new. */
const MUTATED_LENGTH_MAX = 600

export function emptyComparison(): Comparison {
  return { answers: 0, same: 0, whole: 0, otherwise: 0, stricter: {}, offences: [] }
}

export function compareCorpus(): Comparison {
  const comparison = emptyComparison()
  for (const { text, toHead = false } of RESPONSE_CORPUS) {
    compareOne(comparison, text, [latin1Bytes(text)], toHead)
  }
  return comparison
}

/** Answers of the corpus with changes; ours reads each of them in pieces, too. */
export function compareMutated(seed: number, count: number): Comparison {
  const random = seededRandom(seed)
  const originals = RESPONSE_CORPUS.filter(
    ({ text, expected }) =>
      expected !== 'malformed' && text !== '' && text.length <= MUTATED_LENGTH_MAX,
  )
  const comparison = emptyComparison()
  for (let index = 0; index < count; index++) {
    const original = randomElement(random, originals)!.text
    const text = mutate(original, random, originals)
    const toHead = randomInteger(random, 16) === 0
    const bytes = latin1Bytes(text)
    const whole = compareOne(comparison, text, [bytes], toHead)
    const cut = randomInteger(random, bytes.length + 1)
    const pieces = [bytes.subarray(0, cut), bytes.subarray(cut)]
    const inPieces = ourVerdict(pieces, toHead)
    if (!isSame(whole, inPieces)) keep(comparison, { text, ours: whole, theirs: inPieces })
  }
  return comparison
}

/** Returns our verdict. */
export function compareOne(
  comparison: Comparison,
  text: string,
  pieces: readonly Uint8Array[],
  toHead: boolean,
): ParserVerdict {
  const ours = ourVerdict(pieces, toHead)
  const theirs = theirVerdict(pieces, toHead)
  const relation = relate(ours, theirs)
  comparison.answers++
  switch (relation.is) {
    case 'same':
      comparison.same++
      if (ours.kind === 'whole') comparison.whole++
      break
    case 'otherwise':
      comparison.otherwise++
      break
    case 'stricter':
      comparison.stricter[relation.fault] = (comparison.stricter[relation.fault] ?? 0) + 1
      break
    case 'laxer':
      keep(comparison, { text, ours, theirs })
  }
  return ours
}

export function isSame(one: ParserVerdict, other: ParserVerdict): boolean {
  return (
    one.kind === other.kind &&
    one.status === other.status &&
    one.keepsAlive === other.keepsAlive &&
    one.body === other.body &&
    one.pod === other.pod &&
    one.fault === other.fault
  )
}

function keep(comparison: Comparison, offence: Offence): void {
  if (comparison.offences.length < OFFENCES_KEPT) comparison.offences.push(offence)
}
