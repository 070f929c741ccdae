import type { Field } from './hpack-static-table.ts'
import type { ReceiveWindow } from './receive-window.ts'
import { type ResponseHead, ResponseProgress } from './response-progress.ts'

/** A request as a session sends it. */
export interface StreamRequest {
  /** By `encodeHeaderBlock`. */
  readonly headerBlock: Uint8Array
  readonly body?: Uint8Array | undefined
  readonly isHead: boolean
}

/** How a stream ended that had no whole answer. */
export type StreamFailure =
  /** REFUSED_STREAM before any answer: the server says that it did nothing (RFC 9113, section 8.7). */
  | { readonly kind: 'refused' }
  /** Above the last stream of a GOAWAY: the server says the same (RFC 9113, section 6.8). */
  | { readonly kind: 'goaway-unprocessed'; readonly code: number }
  | { readonly kind: 'reset'; readonly code: number }
  /** The peer did against the protocol: on this stream, or on the connection that carried it. */
  | { readonly kind: 'malformed'; readonly reason: string }
  /** The connection ended; only its owner knows how. After a GOAWAY it may have been processed all the same. */
  | { readonly kind: 'lost'; readonly hasFirstByte: boolean; readonly isAfterGoAway: boolean }

/** What is told of one stream: `onReceived` for each frame and what it means, then one of the last two. */
export interface StreamOwner {
  /** Bytes of a frame of the answer, its 9 of head included. */
  onReceived(byteCount: number): void
  onHead(head: ResponseHead): void
  /** Valid only during the call. */
  onData(bytes: Uint8Array): void
  /** The answer is whole. `trailers` is empty where there are none. */
  onEnd(trailers: readonly Field[]): void
  onFailure(failure: StreamFailure): void
}

/** One stream while it is open. */
export class Http2Stream {
  readonly id: number
  readonly owner: StreamOwner
  readonly response: ResponseProgress
  /** What the server has room for; may be negative (RFC 9113, section 6.9.2). */
  sendWindow: number
  readonly receiveWindow: ReceiveWindow
  /** What of the body is still to be sent; undefined when the request is complete. */
  unsent: Uint8Array | undefined
  hasFirstByte = false

  constructor(
    id: number,
    { body, isHead }: StreamRequest,
    options: {
      readonly owner: StreamOwner
      readonly sendWindow: number
      readonly receiveWindow: ReceiveWindow
    },
  ) {
    this.id = id
    this.owner = options.owner
    this.response = new ResponseProgress(isHead)
    this.sendWindow = options.sendWindow
    this.receiveWindow = options.receiveWindow
    this.unsent = body === undefined || body.length === 0 ? undefined : body
  }
}
