import type { OpenPort, PodTarget } from '../../api/pod-access.ts'
import { failureText } from './failure-text.ts'
import type { StreamDoors } from './stream-doors.ts'
import type { SpdyStream, SpdyStreamHandlers } from './spdy/session.ts'

/** The two streams of one connection. */
export interface PortStreams {
  readonly data: SpdyStream
  readonly error: SpdyStream
}

/**
 * What a client may send before the second stream of its pair; more of it ends the pair. It cannot be made to wait, as
 * the stream that is missing would wait behind it.
 */
const EARLY_BYTES_MAX = 256 * 1024

/** What is kept for each piece besides its bytes, roughly. */
const PIECE_BYTES = 256

type State =
  /** Once both streams are there little comes before the port is: the client is not read then. */
  | { readonly is: 'opening'; readonly early: ((port: OpenPort) => void)[]; earlyBytes: number }
  | { readonly is: 'open'; readonly port: OpenPort }
  | { readonly is: 'over' }

/** One forwarded connection, between a stream of the client's and a port of the pod. */
export class ForwardedPort implements SpdyStreamHandlers {
  readonly #doors: StreamDoors
  readonly #target: PodTarget
  readonly #number: number
  /** Both streams may be forgotten, or reset where the pair was not complete. */
  readonly #onOver: () => void
  #state: State = { is: 'opening', early: [], earlyBytes: 0 }
  #streams: PortStreams | undefined

  constructor(doors: StreamDoors, target: PodTarget, number: number, onOver: () => void) {
    this.#doors = doors
    this.#target = target
    this.#number = number
    this.#onOver = onOver
  }

  /** Both streams are there. */
  open(streams: PortStreams): void {
    this.#streams = streams
    const { data } = streams
    data.pause()
    const sink = {
      onData: (bytes: Uint8Array) => {
        if (!data.write(bytes) && this.#state.is === 'open') this.#state.port.pause()
      },
      onDrain: () => data.resume(),
      onEnd: () => data.end(),
      onClose: (error?: string) => this.#finish(error),
    }
    this.#doors.access.openPort(this.#target, this.#number, sink).then(
      (port) => this.#begin(port, data),
      (error: unknown) => this.#finish(failureText(error, this.#doors.onError)),
    )
  }

  onData(bytes: Uint8Array): void {
    if (this.#state.is === 'opening' && this.#streams === undefined) {
      this.#state.earlyBytes += bytes.length + PIECE_BYTES
      if (this.#state.earlyBytes > EARLY_BYTES_MAX) {
        this.stop()
        return this.#onOver()
      }
    }
    this.#whenOpen((port) => {
      if (!port.write(bytes)) this.#streams?.data.pause()
    })
  }

  onEnd(): void {
    this.#whenOpen((port) => port.end())
  }

  /** The client has had enough, and waits for the end of its error stream. */
  onReset(): void {
    this.stop()
    this.#streams?.error.end()
    this.#onOver()
  }

  /** There is room for the port's bytes again. */
  resumeOutput(): void {
    if (this.#state.is === 'open') this.#state.port.resume()
  }

  /** The client is gone. */
  stop(): void {
    const state = this.#state
    this.#state = { is: 'over' }
    if (state.is === 'open') state.port.stop()
  }

  #begin(port: OpenPort, data: SpdyStream): void {
    const state = this.#state
    if (state.is !== 'opening') {
      port.stop()
      return
    }
    this.#state = { is: 'open', port }
    data.resume()
    for (const act of state.early) act(port)
  }

  /** The client prints what comes on the error stream, and takes its end as the end of the connection. */
  #finish(error: string | undefined): void {
    if (this.#state.is === 'over') return
    this.#state = { is: 'over' }
    const { data, error: errors } = this.#streams ?? {}
    if (error !== undefined) {
      const { name, uid } = this.#target
      const text = `error forwarding port ${this.#number} to pod ${name}, uid ${uid}: ${error}`
      errors?.write(new TextEncoder().encode(text))
    }
    data?.resume()
    data?.end()
    errors?.end()
    this.#onOver()
  }

  #whenOpen(act: (port: OpenPort) => void): void {
    if (this.#state.is === 'open') act(this.#state.port)
    if (this.#state.is === 'opening') this.#state.early.push(act)
  }
}
