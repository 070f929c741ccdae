import { ClosedStreams } from './closed-streams.ts'
import { ERROR, STREAM_MAX } from '../../../base/http2-frames.ts'
import type { FrameFault } from './parse-frame.ts'
import type { Http2Stream } from './stream.ts'

/** What a stream's number stands for when a frame comes with it (RFC 9113, section 5.1). */
export type StreamState =
  | { readonly kind: 'open'; readonly stream: Http2Stream }
  /** Its frames were on their way when we gave it up. */
  | { readonly kind: 'ignored' }
  /** The peer had reset it itself. */
  | { readonly kind: 'reset-by-peer' }
  | { readonly kind: 'ended' }
  /** Never opened, or of a kind that only a server opens. */
  | { readonly kind: 'idle' }

const IGNORED: StreamState = { kind: 'ignored' }
const RESET_BY_PEER: StreamState = { kind: 'reset-by-peer' }
const ENDED: StreamState = { kind: 'ended' }
const IDLE: StreamState = { kind: 'idle' }

/** The streams of one connection: the open ones, and as much of the others as has to be known. */
export class StreamTable {
  readonly #open = new Map<number, Http2Stream>()
  readonly #closed = new ClosedStreams()
  #next = 1

  get size(): number {
    return this.#open.size
  }

  /** Numbers are used once; when they have run out, so has the connection. */
  get isExhausted(): boolean {
    return this.#next > STREAM_MAX
  }

  takeId(): number {
    const id = this.#next
    this.#next += 2
    return id
  }

  add(stream: Http2Stream): void {
    this.#open.set(stream.id, stream)
  }

  get(id: number): Http2Stream | undefined {
    return this.#open.get(id)
  }

  /** A copy: who goes through it may change the table. */
  all(): readonly Http2Stream[] {
    return [...this.#open.values()]
  }

  stateOf(id: number): StreamState {
    const stream = this.#open.get(id)
    if (stream !== undefined) return { kind: 'open', stream }
    if (id % 2 === 0 || id >= this.#next) return IDLE
    const by = this.#closed.closedBy(id)
    if (by === undefined) return ENDED
    return by === 'us' ? IGNORED : RESET_BY_PEER
  }

  close(id: number, by: 'us' | 'peer' | 'end'): void {
    this.#open.delete(id)
    if (by !== 'end') this.#closed.add(id, by)
  }
}

/** What is wrong with a frame of the answer, or of flow control, on a stream that is not open. */
export function misuseOf(state: StreamState, id: number): FrameFault | undefined {
  switch (state.kind) {
    case 'open':
    case 'ignored':
      return undefined
    case 'reset-by-peer':
      return fault(id, ERROR.streamClosed, 'a frame came on a stream that the peer had reset')
    case 'ended':
      return fault(0, ERROR.streamClosed, 'a frame came on a stream that had ended')
    case 'idle':
      return fault(0, ERROR.protocolError, 'a frame came on a stream that was never opened')
  }
}

function fault(stream: number, code: number, reason: string): FrameFault {
  return { type: 'fault', stream, code, reason }
}
