/** Whose RST_STREAM (or GOAWAY) ended it. */
export type ClosedBy = 'us' | 'peer'

const REMEMBERED_MAX = 4_096

/**
 * Streams that did not end by END_STREAM, of which frames may still be on their way. A bounded number:
 * of those forgotten nothing is held against the peer.
 */
export class ClosedStreams {
  readonly #closedBy = new Map<number, ClosedBy>()
  #forgottenMax = 0

  add(stream: number, by: ClosedBy): void {
    this.#closedBy.set(stream, by)
    if (this.#closedBy.size <= REMEMBERED_MAX) return
    for (const oldest of this.#closedBy.keys()) {
      this.#closedBy.delete(oldest)
      this.#forgottenMax = Math.max(this.#forgottenMax, oldest)
      return
    }
  }

  /** Undefined: it ended as it should. */
  closedBy(stream: number): ClosedBy | undefined {
    return this.#closedBy.get(stream) ?? (stream <= this.#forgottenMax ? 'us' : undefined)
  }
}
