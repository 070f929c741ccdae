/** One answer as a server might send it, followed by the end of the connection. */
export interface CorpusAnswer {
  readonly name: string
  /** One character per byte. */
  readonly text: string
  /**
   * - `short`: valid as far as it goes, but not complete.
   * - `followed`: complete, and more than the answer comes.
   */
  readonly expected: 'whole' | 'followed' | 'short' | 'malformed'
  /** The body without its framing, where it is known. */
  readonly body?: string
  /** The answer is to a HEAD request. */
  readonly toHead?: boolean
}
