/**
 * What of a `mismatch` was not as expected: the `detail` of its record, counted from 1. The order is the
 * ledger's encoding: append only.
 */
export const MISMATCHES = [
  'body-length',
  'body-sha256',
  'body-pattern',
  'header',
  'body-too-long',
  'messages-lost',
  'messages-repeated',
  'messages-reordered',
  'no-event-stream',
  'not-serving',
] as const

export type Mismatch = (typeof MISMATCHES)[number]

/** What each means, for reports and documentation. */
export const MISMATCH_MEANING: Readonly<Record<Mismatch, string>> = {
  'body-length': 'the body was longer or shorter than expected',
  'body-sha256': 'the body had another SHA-256',
  'body-pattern': 'the expected pattern was not found in the body',
  header: 'an expected header was missing, or had another value',
  'body-too-long': 'the body was too long for the expected pattern to be looked for',
  'messages-lost': 'numbered messages of the session never came',
  'messages-repeated': 'numbered messages of the session came again, or were never sent',
  'messages-reordered': 'numbered messages of the session came after later ones',
  'no-event-stream': 'the answer was not of type text/event-stream',
  'not-serving': 'a health check of gRPC was answered by another status than SERVING',
}

/** The record's `detail`. */
export function detailOfMismatch(mismatch: Mismatch): number {
  return MISMATCHES.indexOf(mismatch) + 1
}
