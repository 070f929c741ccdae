/** The peer does not keep the rules of SPDY: its connection ends. */
export class SpdyError extends Error {
  override readonly name = 'SpdyError'
}
