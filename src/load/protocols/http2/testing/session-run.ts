import { Buffer } from 'node:buffer'
import { concatenate } from '../../../../base/concatenate.ts'
import { FrameReader } from '../../../../base/http2-frame-reader.ts'
import { encodeHeaderBlock } from '../hpack-encoder.ts'
import type { Field } from '../hpack-static-table.ts'
import { type Frame, parseFrame } from '../parse-frame.ts'
import type { ResponseHead } from '../response-progress.ts'
import { Http2Session, type SessionOwner } from '../session.ts'
import type { StreamFailure, StreamOwner, StreamRequest } from '../stream.ts'

/** What one stream told its owner. */
export class CollectedAnswer implements StreamOwner {
  head: ResponseHead | undefined
  bytesReceived = 0
  body = 0
  trailers: readonly Field[] | undefined
  failure: StreamFailure | undefined
  ends = 0

  onReceived(byteCount: number): void {
    this.bytesReceived += byteCount
  }

  onHead(head: ResponseHead): void {
    this.head = head
  }

  onData(bytes: Uint8Array): void {
    this.body += bytes.length
  }

  onEnd(trailers: readonly Field[]): void {
    this.trailers = trailers
    this.ends++
  }

  onFailure(failure: StreamFailure): void {
    this.failure = failure
    this.ends++
  }
}

export const GET: StreamRequest = {
  headerBlock: encodeHeaderBlock([
    [':method', 'GET'],
    [':scheme', 'http'],
    [':authority', 'test'],
    [':path', '/'],
  ]),
  isHead: false,
}

export function post(body: Uint8Array): StreamRequest {
  return {
    ...GET,
    headerBlock: encodeHeaderBlock([
      [':method', 'POST'],
      [':scheme', 'http'],
      [':authority', 'test'],
      [':path', '/'],
    ]),
    body,
  }
}

/** A session without a network: a test says what comes in, and sees what goes out. */
export class SessionRun implements SessionOwner {
  readonly written: Uint8Array[] = []
  readonly session: Http2Session
  readonly answers: CollectedAnswer[] = []
  broken: string | undefined
  goAways = 0
  takes = true

  constructor() {
    this.session = new Http2Session(this)
    this.session.start()
  }

  request(request: StreamRequest = GET): CollectedAnswer {
    const answer = new CollectedAnswer()
    this.answers.push(answer)
    this.session.request(request, answer)
    this.session.flush()
    return answer
  }

  write(bytes: Uint8Array): boolean {
    this.written.push(bytes)
    return this.takes
  }

  onGoAway(): void {
    this.goAways++
  }

  onBroken(reason: string): void {
    this.broken = reason
  }
}

/** How a stream ended, in a word. */
export function endOf({ head: answered, body, trailers, failure, ends }: CollectedAnswer): string {
  if (ends > 1) return `ended ${ends} times`
  if (failure !== undefined) return failure.kind
  if (trailers === undefined) return 'open'
  const after = trailers.map(([name, value]) => ` ${name}=${value}`).join('')
  return `${answered?.status} ${body}${after}`
}

/** What the client has written, from its preface on. */
export function writtenBy({ written }: SessionRun): readonly Frame[] {
  const reader = new FrameReader(16_384)
  reader.feed(concatenate(written).subarray(24))
  const frames: Frame[] = []
  for (let raw = reader.next(); raw !== undefined && raw !== 'oversize'; raw = reader.next()) {
    frames.push(parseFrame({ ...raw, payload: raw.payload.slice() }))
  }
  return frames
}

/** Two requests, and then what the server sends, in pieces of these lengths, up to the end of the connection. */
export function play(bytes: Uint8Array, pieces: readonly number[] = []): SessionRun {
  const run = new SessionRun()
  run.request()
  run.request()
  let start = 0
  for (const length of [...pieces, bytes.length]) {
    // In Node's own kind of bytes, and of what it was given the session may keep nothing.
    const piece = Buffer.from(bytes.subarray(start, start + length))
    run.session.receive(piece)
    piece.fill(0xff)
    start += length
  }
  run.session.lose()
  return run
}
