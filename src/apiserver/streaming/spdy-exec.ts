import type { ExecOptions } from '../../api/pod-access.ts'
import type { Clock, Timer } from '../../world/clock.ts'
import type { UpgradeRequest } from '../../world/http-server.ts'
import type { ExecEnd, ExecPeer, ExecPeerHandlers } from './exec-peer.ts'
import {
  IGNORED,
  openSpdySession,
  type SpdySession,
  type SpdyStream,
  type SpdyStreamHandlers,
} from './spdy/session.ts'
import { TerminalSizes } from './terminal-sizes.ts'

/** Versions of remote command over SPDY, as the kubelet has them. */
export interface StreamProtocol {
  /** The end is told as a Status object, not as text. */
  readonly hasStatus: boolean
  /** The size of the client's terminal has a stream of its own. */
  readonly canResize: boolean
}

/** What a client offers first is taken. */
export const STREAM_PROTOCOLS: ReadonlyMap<string, StreamProtocol> = new Map([
  ['v4.channel.k8s.io', { hasStatus: true, canResize: true }],
  ['v3.channel.k8s.io', { hasStatus: false, canResize: true }],
  ['v2.channel.k8s.io', { hasStatus: false, canResize: false }],
  ['channel.k8s.io', { hasStatus: false, canResize: false }],
])

const STREAM_TYPES = ['error', 'stdin', 'stdout', 'stderr', 'resize'] as const
type StreamType = (typeof STREAM_TYPES)[number]

/** How long a client may take to open its streams; the kubelet's own bound. */
const STREAMS_WAIT_MS = 30_000

/** After the last output the client closes the connection. One that does not is closed. */
const LEAVE_WAIT_MS = 5_000

export interface SpdyExec {
  readonly name: string
  readonly protocol: StreamProtocol
  readonly options: ExecOptions
}

/** Accepts the client; it is ready when it has opened its streams. */
export function acceptSpdyExec(
  request: UpgradeRequest,
  exec: SpdyExec,
  clock: Clock,
  handlers: ExecPeerHandlers,
): ExecPeer {
  return new SpdyExecPeer(request, exec, clock, handlers)
}

/** Speaks with the client of an exec in streams of SPDY/3.1. */
class SpdyExecPeer implements ExecPeer {
  readonly #protocol: StreamProtocol
  readonly #handlers: ExecPeerHandlers
  readonly #clock: Clock
  readonly #session: SpdySession
  readonly #wanted: ReadonlySet<StreamType>
  readonly #streams = new Map<StreamType, SpdyStream>()
  readonly #sizes: TerminalSizes
  #timer: Timer

  constructor(request: UpgradeRequest, exec: SpdyExec, clock: Clock, handlers: ExecPeerHandlers) {
    this.#protocol = exec.protocol
    this.#handlers = handlers
    this.#clock = clock
    this.#wanted = wantedStreams(exec.options, exec.protocol)
    this.#sizes = new TerminalSizes((size) => handlers.onResize(size))
    this.#timer = clock.after(STREAMS_WAIT_MS, () => this.#session.destroy())
    const headers = { 'X-Stream-Protocol-Version': exec.name }
    this.#session = openSpdySession((bytes) => request.acceptStream(headers, bytes), {
      onStream: (stream) => this.#takeStream(stream),
      onDrain: () => handlers.onDrain(),
      onClose: () => {
        this.#timer.cancel()
        handlers.onClose()
      },
    })
  }

  write(type: 'stdout' | 'stderr', bytes: Uint8Array): boolean {
    return this.#streams.get(type)?.write(bytes) ?? true
  }

  finish({ status, message }: ExecEnd): void {
    const text = this.#protocol.hasStatus ? status : message
    if (text !== '') this.#streams.get('error')?.write(new TextEncoder().encode(text))
    for (const stream of this.#streams.values()) stream.end()
    this.#session.resume(this)
    this.#timer = this.#clock.after(LEAVE_WAIT_MS, () => this.#session.destroy())
  }

  pauseInput(): void {
    this.#session.pause(this)
  }

  resumeInput(): void {
    this.#session.resume(this)
  }

  #takeStream(stream: SpdyStream): SpdyStreamHandlers | undefined {
    const asked = stream.headers['streamtype']
    const type = STREAM_TYPES.find((each) => each === asked)
    if (type === undefined || !this.#wanted.has(type) || this.#streams.has(type)) return undefined
    this.#streams.set(type, stream)
    if (this.#streams.size === this.#wanted.size) {
      this.#timer.cancel()
      this.#handlers.onReady(this)
    }
    return this.#readerOf(type)
  }

  #readerOf(type: StreamType): SpdyStreamHandlers {
    if (type === 'resize') return { ...IGNORED, onData: (bytes) => this.#sizes.add(bytes) }
    if (type !== 'stdin') return IGNORED
    const onEnd = () => this.#handlers.onInputEnd()
    return { onData: (bytes) => this.#handlers.onInput(bytes), onEnd, onReset: onEnd }
  }
}

function wantedStreams(
  { stdin, stdout, stderr, tty }: ExecOptions,
  { canResize }: StreamProtocol,
): ReadonlySet<StreamType> {
  const wanted: Record<StreamType, boolean> = {
    error: true,
    stdin,
    stdout,
    stderr,
    resize: tty && canResize,
  }
  return new Set(STREAM_TYPES.filter((type) => wanted[type]))
}
