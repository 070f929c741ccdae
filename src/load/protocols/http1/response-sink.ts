/**
 * Is handed the body of an answer, piece by piece and in order, as the framing leaves it: content
 * codings are still on it. Empty pieces are left out.
 */
export interface BodySink {
  /** The bytes are the reader's own buffer: they change as soon as this returns. Must not throw. */
  take(bytes: Uint8Array): void
}
