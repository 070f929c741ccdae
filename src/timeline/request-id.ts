/** Decimal digits of a request's number wherever it is written: the ledger counts to 2^32. */
export const NUMBER_DIGITS = 10

/** The header that carries it, unless another is asked for. */
export const REQUEST_ID_HEADER = 'X-Request-Id'

/** How requests of a run say which they are. */
export interface RequestIdentity {
  readonly header: string
  /** Short, and another in each run: letters, digits and hyphens. */
  readonly run: string
}

/** What a request says of itself on the wire, so that logs can be searched for it: `k3v9x2-0000000041`. */
export function requestIdOf(run: string, sequence: number): string {
  return `${run}-${String(sequence).padStart(NUMBER_DIGITS, '0')}`
}
