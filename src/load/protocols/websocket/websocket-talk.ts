import { detailOfMismatch, type Mismatch } from '../../../timeline/mismatch.ts'
import type { Outcome } from '../../../timeline/outcome.ts'
import type { SocketError } from '../../../world/network.ts'
import type { WebSocketKeys } from '../../../world/websocket-keys.ts'
import { SequenceCheck } from '../../records/sequence-check.ts'
import type { SessionTally } from '../../records/session-tally.ts'
import type { Line, Talk } from '../solo/talk.ts'
import { brokenOutcome, eofOutcome, timeoutOutcome } from '../socket-outcome.ts'
import { type FrameSink, FrameReader } from './frame-reader.ts'
import { CLOSE_CODE, closePayload, encodeFrame, OPCODE } from './frames.ts'
import { HandshakeReader } from './handshake-reader.ts'
import { type NumberedMessage, numberIn } from './numbered-message.ts'
import type { Opening } from './opening.ts'

/** What all WebSockets of one lane share. */
export interface WebSocketRules {
  readonly keys: WebSocketKeys
  readonly sessions: SessionTally
  readonly timeoutMs: number
  /** An open session without a byte for so long is lost; after half of it the peer is asked (ping). */
  readonly stallMs: number
  /** Infinity: nothing is sent. */
  readonly messageIntervalMs: number
  readonly expectsEcho: boolean
}

/**
 * - `handshake`: the server has not accepted yet.
 * - `open`: messages come and go.
 * - `awaiting-echoes`: its time is over; nothing is sent, and echoes under way may still come.
 * - `closing`: our close frame is sent.
 * - `over`: the request has ended.
 */
type Phase = 'handshake' | 'open' | 'awaiting-echoes' | 'closing' | 'over'

/** How long a peer may take to answer our close frame: after that the session is over all the same. */
const CLOSE_MS_MAX = 2_000

/** One WebSocket session, from the handshake to the close frame (RFC 6455). */
export class WebSocketTalk implements Talk, FrameSink {
  readonly #line: Line
  readonly #rules: WebSocketRules
  readonly #opening: Opening
  readonly #message: NumberedMessage
  readonly #frames = new FrameReader(this)
  readonly #check: SequenceCheck
  #handshake: HandshakeReader | undefined
  #phase: Phase = 'handshake'
  #sent = 0
  /** The peer does not read: nothing is written until it does. */
  #isBlocked = false
  #heardAtNs = 0
  #hasPinged = false
  #nextMessageAtNs = 0
  /** When the phase under way ends; of `open`, the session's time. */
  #phaseEndsAtNs = 0
  #endsAtNs: number

  constructor(
    line: Line,
    rules: WebSocketRules,
    session: {
      readonly opening: Opening
      readonly message: NumberedMessage
      readonly sessionMs: number
    },
  ) {
    this.#line = line
    this.#rules = rules
    this.#opening = session.opening
    this.#message = session.message
    this.#check = new SequenceCheck(rules.expectsEcho ? 0 : undefined)
    // From the intended start, so that whatever came before it, the timeout is left for its end.
    this.#endsAtNs = line.request.intendedAt + session.sessionMs * 1e6
  }

  onOpen(): void {
    const { key, accept } = this.#rules.keys.next()
    this.#handshake = new HandshakeReader(accept, this.#opening.protocols)
    this.#line.write(this.#opening.take(this.#line.request.sequence, key))
    this.#line.noteSent()
    this.#phaseEndsAtNs = this.#line.openedAtNs + this.#rules.timeoutMs * 1e6
    this.#line.wakeAt(this.#phaseEndsAtNs)
  }

  onData(bytes: Uint8Array): void {
    this.#line.noteFirstByte()
    this.#heardAtNs = this.#line.nowNs()
    this.#hasPinged = false
    if (this.#phase === 'handshake') this.#shakeHands(bytes)
    else this.#frames.feed(bytes)
  }

  onEnd(): Outcome {
    if (this.#phase === 'handshake') return this.#over(eofOutcome(this.#progress()))
    return this.#ended(CLOSE_CODE.abnormal)
  }

  onBroken(error: SocketError): Outcome {
    const { code } = error
    if (this.#phase === 'handshake') return this.#over(brokenOutcome(error, this.#progress()))
    // The kernel gave up on its own retransmissions: the peer is silent, it has closed nothing.
    if (code === 'ETIMEDOUT' && this.#phase === 'open') return this.#lost('timeout-stalled')
    return this.#ended(CLOSE_CODE.abnormal)
  }

  onDrain(): void {
    this.#isBlocked = false
    this.#advance()
  }

  onWake(): void {
    this.#advance()
  }

  onExpired(): Outcome {
    if (this.#phase === 'handshake') return this.#over(timeoutOutcome(this.#progress()))
    return this.#held()
  }

  windUp(): void {
    this.#endsAtNs = 0
    if (this.#phase === 'open') this.#advance()
  }

  onText(text: string): void {
    const number = this.#rules.expectsEcho ? this.#message.numberOfEcho(text) : numberIn(text)
    if (number === undefined) return
    this.#check.take(number, this.#rules.expectsEcho ? this.#sent : Infinity)
    if (this.#phase === 'awaiting-echoes') this.#advance()
  }

  onBinary(): void {}

  onPing(payload: Uint8Array): void {
    // A peer that pings and does not read would have us keep an answer to each.
    if (this.#phase !== 'over' && !this.#isBlocked) this.#write(OPCODE.pong, payload)
  }

  onPong(): void {}

  onClose(code: number): void {
    const answer = code === CLOSE_CODE.none ? new Uint8Array(0) : closePayload(code)
    if (this.#phase !== 'closing') this.#write(OPCODE.close, answer)
    this.#line.finish(this.#ended(code), 'fin')
  }

  onFault(code: number): void {
    if (this.#phase !== 'closing') this.#write(OPCODE.close, closePayload(code))
    this.#line.finish(this.#lost('malformed', code), 'fin')
  }

  #shakeHands(bytes: Uint8Array): void {
    const { request } = this.#line
    const handshake = this.#handshake!
    const state = handshake.feed(bytes)
    if (state === 'more') return
    request.status = handshake.head.status
    if (state === 'refused') return this.#line.finish(this.#over('status'), 'fin')
    if (state === 'malformed') return this.#line.finish(this.#over('malformed'), 'reset')
    this.#phase = 'open'
    this.#handshake = undefined
    this.#nextMessageAtNs = this.#heardAtNs
    this.#rules.sessions.onOpened(request, this.#heardAtNs)
    this.#frames.feed(handshake.rest)
    this.#advance()
  }

  /** Does what is due, and asks to be woken for what comes next. */
  #advance(): void {
    const nowNs = this.#line.nowNs()
    const { timeoutMs } = this.#rules
    if (this.#phase === 'open' && nowNs >= this.#endsAtNs) {
      this.#enter('awaiting-echoes', nowNs + (timeoutMs / 2) * 1e6)
    }
    if (
      this.#phase === 'awaiting-echoes' &&
      (!this.#awaitsEchoes || nowNs >= this.#phaseEndsAtNs)
    ) {
      this.#write(OPCODE.close, closePayload(CLOSE_CODE.normal))
      this.#enter('closing', nowNs + Math.min(timeoutMs / 2, CLOSE_MS_MAX) * 1e6)
    }
    switch (this.#phase) {
      case 'handshake':
        if (nowNs < this.#phaseEndsAtNs) return this.#line.wakeAt(this.#phaseEndsAtNs)
        return this.#line.finish(this.#over(timeoutOutcome(this.#progress())), 'reset')
      case 'open':
        return this.#converse(nowNs)
      case 'awaiting-echoes':
        return this.#line.wakeAt(this.#phaseEndsAtNs)
      case 'closing':
        if (nowNs < this.#phaseEndsAtNs) return this.#line.wakeAt(this.#phaseEndsAtNs)
        return this.#line.finish(this.#held(), 'reset')
      case 'over':
        return
    }
  }

  /** An open session: its messages, and whether the peer is still there. */
  #converse(nowNs: number): void {
    const { stallMs, messageIntervalMs } = this.#rules
    const silentAtNs = this.#heardAtNs + stallMs * 1e6
    if (nowNs >= silentAtNs) return this.#line.finish(this.#lost('timeout-stalled'), 'reset')
    const pingAtNs = this.#heardAtNs + (stallMs / 2) * 1e6
    if (!this.#hasPinged && nowNs >= pingAtNs) {
      this.#hasPinged = true
      if (!this.#isBlocked) this.#write(OPCODE.ping, new Uint8Array(0))
    }
    if (nowNs >= this.#nextMessageAtNs && messageIntervalMs < Infinity) {
      if (!this.#isBlocked) this.#sendMessage()
      this.#nextMessageAtNs += messageIntervalMs * 1e6
    }
    const message = messageIntervalMs < Infinity ? this.#nextMessageAtNs : Infinity
    const peer = this.#hasPinged ? silentAtNs : pingAtNs
    this.#line.wakeAt(Math.min(message, peer, this.#endsAtNs))
  }

  #sendMessage(): void {
    this.#sent++
    this.#rules.sessions.messagesSent++
    this.#write(OPCODE.text, new TextEncoder().encode(this.#message.textOf(this.#sent)))
  }

  #write(opcode: number, payload: Uint8Array): void {
    const frame = encodeFrame(opcode, payload, this.#rules.keys.nextMask())
    if (!this.#line.write(frame)) this.#isBlocked = true
  }

  #enter(phase: Phase, endsAtNs: number): void {
    this.#phase = phase
    this.#phaseEndsAtNs = endsAtNs
  }

  get #awaitsEchoes(): boolean {
    return this.#rules.expectsEcho && this.#check.lost(this.#sent) > 0
  }

  /** The peer has ended it, with this code or without a word: a loss while it was open. */
  #ended(code: number): Outcome {
    return this.#phase === 'open' ? this.#lost('ws-closed', code) : this.#held()
  }

  #lost(outcome: Outcome, code: number = CLOSE_CODE.abnormal): Outcome {
    const { request } = this.#line
    if (this.#phase === 'open') this.#rules.sessions.onLost(request, this.#line.nowNs())
    request.detail = code
    this.#addMessages()
    return this.#over(outcome)
  }

  /** The session was held to its end: whether it is ok is up to its messages. */
  #held(): Outcome {
    const { request } = this.#line
    this.#addMessages()
    const mismatch = this.#mismatch()
    request.detail = mismatch === undefined ? CLOSE_CODE.normal : detailOfMismatch(mismatch)
    return this.#over(mismatch === undefined ? 'ok' : 'mismatch')
  }

  #mismatch(): Mismatch | undefined {
    const { duplicated, foreign, reordered } = this.#check
    if (this.#check.lost(this.#expected) > 0) return 'messages-lost'
    if (duplicated + foreign > 0) return 'messages-repeated'
    return reordered > 0 ? 'messages-reordered' : undefined
  }

  get #expected(): number | undefined {
    return this.#rules.expectsEcho ? this.#sent : undefined
  }

  #addMessages(): void {
    this.#rules.sessions.addMessages(this.#check, this.#expected)
  }

  #over(outcome: Outcome): Outcome {
    this.#phase = 'over'
    this.#frames.stop()
    return outcome
  }

  #progress() {
    return { isReused: false, hasFirstByte: this.#line.request.firstByteAt > 0 }
  }
}
