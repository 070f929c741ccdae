/** What a parser makes of the bytes of one answer, after which the connection ended. */
export interface ParserVerdict {
  /**
   * - `whole`: the answer is complete, and all bytes are its own.
   * - `followed`: it is complete, and more bytes came.
   * - `short`: the end came too early.
   * - `refused`: it is no answer.
   */
  readonly kind: 'whole' | 'followed' | 'short' | 'refused'
  /** 0 unless the answer is complete, as the rest is empty then. */
  readonly status: number
  /** The connection can carry another request. */
  readonly keepsAlive: boolean
  /** One character per byte. */
  readonly body: string
  /** Of the header `X-Pod`, one that the parser is asked for. */
  readonly pod: string | undefined
  /** Why it was refused, in the parser's own words. */
  readonly fault: string
}

export const INCOMPLETE = { status: 0, keepsAlive: false, body: '', pod: undefined } as const
