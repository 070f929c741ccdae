import { ApiError } from '../../api/api-error.ts'
import type { PodTarget } from '../../api/pod-access.ts'
import type { ByteStream, ByteStreamHandlers, UpgradeRequest } from '../../world/http-server.ts'
import type { Timer } from '../../world/clock.ts'
import { refuseProtocols, wantedUpgrade } from './negotiation.ts'
import { ForwardedPort } from './forwarded-port.ts'
import {
  IGNORED,
  openSpdySession,
  type SpdyStream,
  type SpdyStreamHandlers,
} from './spdy/session.ts'
import type { StreamDoors } from './stream-doors.ts'
import { acceptWebSocketBytes } from './web-socket-bytes.ts'

export interface PortForwardRequest {
  readonly target: PodTarget
}

/** SPDY/3.1 itself, and the same bytes in the messages of a WebSocket (KEP-4006). */
const PROTOCOL = 'portforward.k8s.io'
const TUNNEL_PROTOCOL = `SPDY/3.1+${PROTOCOL}`

/** How long a connection's second stream may be missing; the kubelet's own bound. */
const PAIR_WAIT_MS = 30_000

/**
 * `pods/portforward`: each connection of the client's is a pair of streams, one for its data and one on which
 * it is told what went wrong. Throws ApiError while the request is unanswered.
 */
export function servePortForward(
  request: UpgradeRequest,
  { target }: PortForwardRequest,
  doors: StreamDoors,
): void {
  const { to, protocols } = wantedUpgrade(request)
  if (to === 'websocket') {
    if (!protocols.includes(TUNNEL_PROTOCOL)) {
      const message = `unable to upgrade: ${TUNNEL_PROTOCOL} is the only protocol of port-forward over WebSockets`
      throw new ApiError('BadRequest', message)
    }
    new PortForward(target, doors).begin((bytes) =>
      acceptWebSocketBytes(request, TUNNEL_PROTOCOL, bytes),
    )
    return
  }
  if (protocols.length > 0 && !protocols.includes(PROTOCOL)) {
    refuseProtocols(request, protocols, [PROTOCOL])
    return
  }
  const headers = { 'X-Stream-Protocol-Version': PROTOCOL }
  new PortForward(target, doors).begin((bytes) => request.acceptStream(headers, bytes))
}

/** The streams of one connection of the client's, as far as they have come. */
interface Pair {
  data?: SpdyStream
  error?: SpdyStream
  /** Exists as soon as the first stream does, and learns of its bytes. */
  readonly port: ForwardedPort
  readonly timer: Timer
}

class PortForward {
  readonly #target: PodTarget
  readonly #doors: StreamDoors
  readonly #pairs = new Map<string, Pair>()
  readonly #ports = new Set<ForwardedPort>()

  constructor(target: PodTarget, doors: StreamDoors) {
    this.#target = target
    this.#doors = doors
  }

  begin(open: (handlers: ByteStreamHandlers) => ByteStream): void {
    openSpdySession(open, {
      onStream: (stream) => this.#takeStream(stream),
      onDrain: () => {
        for (const port of this.#ports) port.resumeOutput()
      },
      onClose: () => this.#finish(),
    })
  }

  #takeStream(stream: SpdyStream): SpdyStreamHandlers | undefined {
    const { streamtype: type, port: portText = '' } = stream.headers
    const number = /^\d{1,5}$/.test(portText) ? Number(portText) : 0
    if (number < 1 || number > 65_535 || (type !== 'data' && type !== 'error')) return undefined
    const requestId = requestIdOf(stream, type)
    const pair = this.#pairs.get(requestId) ?? this.#newPair(requestId, number)
    if (pair[type] !== undefined) return undefined
    pair[type] = stream
    if (pair.data !== undefined && pair.error !== undefined) {
      this.#pairs.delete(requestId)
      pair.timer.cancel()
      pair.port.open({ data: pair.data, error: pair.error })
    }
    if (type === 'data') return pair.port
    return { ...IGNORED, onReset: () => this.#dropPair(requestId, pair) }
  }

  #newPair(requestId: string, number: number): Pair {
    const port: ForwardedPort = new ForwardedPort(this.#doors, this.#target, number, () => {
      this.#ports.delete(port)
      this.#dropPair(requestId, pair)
    })
    const timer = this.#doors.clock.after(PAIR_WAIT_MS, () => this.#dropPair(requestId, pair))
    const pair: Pair = { port, timer }
    this.#pairs.set(requestId, pair)
    this.#ports.add(port)
    return pair
  }

  /** Of a pair that is not complete and will not be: it is forgotten with its stream, so that there are no more pairs than streams. */
  #dropPair(requestId: string, pair: Pair): void {
    if (this.#pairs.get(requestId) !== pair) return
    this.#pairs.delete(requestId)
    this.#ports.delete(pair.port)
    pair.timer.cancel()
    pair.port.stop()
    pair.data?.reset()
    pair.error?.reset()
  }

  #finish(): void {
    for (const { timer } of this.#pairs.values()) timer.cancel()
    for (const port of this.#ports) port.stop()
    this.#pairs.clear()
    this.#ports.clear()
  }
}

/** Old clients do not number their connections: there the error stream comes right before the data stream. */
function requestIdOf({ id, headers }: SpdyStream, type: 'data' | 'error'): string {
  return headers['requestid'] ?? `stream ${type === 'error' ? id : id - 2}`
}
