import { concatenate } from '../../../base/concatenate.ts'
import { CLOSE_CODE, CONTROL_BYTES_MAX, mayBeSent, OPCODE } from './frames.ts'

/** One message, all its fragments together. */
export const MESSAGE_BYTES_MAX = 1 << 20

/** What comes in. Each call may be the last: `feed` stops when the reader was stopped in it. */
export interface FrameSink {
  onText(text: string): void
  onBinary(bytes: Uint8Array): void
  onPing(payload: Uint8Array): void
  onPong(): void
  /** 1005 when the frame has no code. */
  onClose(code: number): void
  /** The peer broke the rules; `code` is the close code to answer with. Nothing more is read. */
  onFault(code: number, fault: string): void
}

type State = 'head' | 'payload' | 'stopped'

/** Two bytes, and eight of a length; a mask is refused at once. */
const HEAD_BYTES_MAX = 10
const UTF8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Reads the frames of a server (RFC 6455, section 5), in whatever pieces they arrive. Strict: what the RFC forbids ends
 * the session. At most one message is kept, and memory is taken as its bytes come, not as they are announced.
 */
export class FrameReader {
  readonly #sink: FrameSink
  readonly #head = new Uint8Array(HEAD_BYTES_MAX)
  #headLength = 0
  #state: State = 'head'
  #opcode = 0
  #isFinal = false
  #left = 0
  /** Of the message under way; 0 when there is none. */
  #messageOpcode = 0
  #messageLength = 0
  #message: Uint8Array[] = []
  #control: Uint8Array[] = []

  constructor(sink: FrameSink) {
    this.#sink = sink
  }

  /** Reads no more; for a sink in the middle of a call, too. */
  stop(): void {
    this.#state = 'stopped'
    this.#message = []
  }

  feed(bytes: Uint8Array): void {
    let at = 0
    while (at < bytes.length && this.#state !== 'stopped') {
      at = this.#state === 'head' ? this.#feedHead(bytes, at) : this.#feedPayload(bytes, at)
    }
  }

  #feedHead(bytes: Uint8Array, start: number): number {
    this.#head[this.#headLength++] = bytes[start]!
    const second = this.#head[1]!
    // A frame is refused at its first wrong byte.
    const fault = this.#headLength === 1 ? this.#faultOfFirst() : this.#faultOfSecond(second)
    if (fault !== undefined) {
      this.#refuse(CLOSE_CODE.protocolError, fault)
      return start + 1
    }
    const length = second & 0x7f
    const headLength = length < 126 ? 2 : length === 126 ? 4 : 10
    if (this.#headLength >= 2 && this.#headLength === headLength) this.#beginPayload(length)
    return start + 1
  }

  #faultOfFirst(): string | undefined {
    const first = this.#head[0]!
    this.#opcode = first & 0x0f
    this.#isFinal = (first & 0x80) !== 0
    if ((first & 0x70) !== 0) return 'a reserved bit is set, and no extension was agreed on'
    const isControl = this.#opcode >= 8
    if (isControl ? this.#opcode > OPCODE.pong : this.#opcode > OPCODE.binary) {
      return 'its opcode is reserved'
    }
    if (isControl) return this.#isFinal ? undefined : 'a control frame is fragmented'
    const isContinuation = this.#opcode === OPCODE.continuation
    if (isContinuation && this.#messageOpcode === 0) return 'it continues no message'
    if (!isContinuation && this.#messageOpcode !== 0) return 'it begins a message within another'
    return undefined
  }

  #faultOfSecond(second: number): string | undefined {
    if ((second & 0x80) !== 0) return "a server's frame is masked"
    const isControl = this.#opcode >= 8
    return isControl && second > CONTROL_BYTES_MAX ? 'a control frame is too long' : undefined
  }

  #beginPayload(shortLength: number): void {
    const view = new DataView(this.#head.buffer)
    let length = shortLength
    if (shortLength === 126) {
      length = view.getUint16(2)
      if (length < 126) return this.#refuse(CLOSE_CODE.protocolError, 'its length is not minimal')
    } else if (shortLength === 127) {
      const high = view.getUint32(2)
      length = high * 2 ** 32 + view.getUint32(6)
      if (high >= 2 ** 31 || length < 65_536) {
        return this.#refuse(CLOSE_CODE.protocolError, 'its length is not minimal')
      }
    }
    this.#headLength = 0
    if (this.#opcode < 8) {
      if (this.#opcode !== OPCODE.continuation) this.#messageOpcode = this.#opcode
      if (this.#messageLength + length > MESSAGE_BYTES_MAX) {
        return this.#refuse(
          CLOSE_CODE.tooBig,
          `a message is longer than ${MESSAGE_BYTES_MAX} bytes`,
        )
      }
    }
    this.#left = length
    this.#state = 'payload'
    if (length === 0) this.#endFrame()
  }

  #feedPayload(bytes: Uint8Array, start: number): number {
    const end = Math.min(bytes.length, start + this.#left)
    // The caller's memory is used again: what is kept is copied. (A Buffer's slice would be none.)
    const piece = concatenate([bytes.subarray(start, end)])
    if (this.#opcode >= 8) this.#control.push(piece)
    else {
      this.#message.push(piece)
      this.#messageLength += piece.length
      if (this.#message.length > PIECES_MAX) this.#message = [concatenate(this.#message)]
    }
    this.#left -= end - start
    if (this.#left === 0) this.#endFrame()
    return end
  }

  #endFrame(): void {
    this.#state = 'head'
    if (this.#opcode >= 8) return this.#endControl()
    if (!this.#isFinal) return
    const message = concatenate(this.#message)
    const isText = this.#messageOpcode === OPCODE.text
    this.#message = []
    this.#messageLength = 0
    this.#messageOpcode = 0
    if (!isText) return this.#sink.onBinary(message)
    const text = textOf(message)
    if (text === undefined) this.#refuse(CLOSE_CODE.invalidPayload, 'a text is not valid UTF-8')
    else this.#sink.onText(text)
  }

  #endControl(): void {
    const payload = concatenate(this.#control)
    this.#control = []
    if (this.#opcode === OPCODE.ping) return this.#sink.onPing(payload)
    if (this.#opcode === OPCODE.pong) return this.#sink.onPong()
    const code = payload.length < 2 ? CLOSE_CODE.none : (payload[0]! << 8) | payload[1]!
    if (payload.length === 1 || (payload.length > 0 && !mayBeSent(code))) {
      return this.#refuse(CLOSE_CODE.protocolError, 'its close code must not be sent')
    }
    if (textOf(payload.subarray(2)) === undefined) {
      return this.#refuse(CLOSE_CODE.invalidPayload, 'a reason is not valid UTF-8')
    }
    this.stop()
    this.#sink.onClose(code)
  }

  #refuse(code: number, fault: string): void {
    this.stop()
    this.#sink.onFault(code, fault)
  }
}

/** A message that comes in many small pieces is put together now and then. */
const PIECES_MAX = 1_024

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return UTF8.decode(bytes)
  } catch {
    return undefined
  }
}
