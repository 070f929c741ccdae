import { ApiError } from '../../api/api-error.ts'
import type { ContainerTarget, ExecOptions, OpenExec, TerminalSize } from '../../api/pod-access.ts'
import type { Timer } from '../../world/clock.ts'
import type { UpgradeRequest } from '../../world/http-server.ts'
import { exitedWith, failedWith } from './exec-end.ts'
import type { ExecPeer, ExecPeerHandlers } from './exec-peer.ts'
import { failureText } from './failure-text.ts'
import { refuseProtocols, wantedUpgrade } from './negotiation.ts'
import type { StreamDoors } from './stream-doors.ts'
import { acceptSpdyExec, STREAM_PROTOCOLS } from './spdy-exec.ts'
import { CHANNEL_PROTOCOLS, WebSocketExecPeer } from './web-socket-exec.ts'

export interface ExecRequest {
  readonly target: ContainerTarget
  readonly options: ExecOptions
}

/**
 * `pods/exec` and, without a command, `pods/attach`: over a WebSocket (KEP-4006) or SPDY/3.1. Throws ApiError
 * while the request is unanswered; what fails later is told in the exec's own way.
 */
export function serveExec(request: UpgradeRequest, exec: ExecRequest, doors: StreamDoors): void {
  const { clock } = doors
  const relay = new ExecRelay(exec, doors)
  const upgrade = wantedUpgrade(request)
  switch (upgrade.to) {
    case 'websocket': {
      const offered = upgrade.protocols.length === 0 ? [''] : upgrade.protocols
      const name = offered.find((each) => CHANNEL_PROTOCOLS.has(each))
      const protocol = name === undefined ? undefined : CHANNEL_PROTOCOLS.get(name)
      if (name === undefined || protocol === undefined) {
        throw new ApiError(
          'BadRequest',
          `unable to upgrade: none of the protocols is known: ${offered.join(', ')}`,
        )
      }
      new WebSocketExecPeer(request, name, protocol, relay).begin(exec.options)
      return
    }
    case 'spdy': {
      const offered = upgrade.protocols.length === 0 ? ['channel.k8s.io'] : upgrade.protocols
      const name = offered.find((each) => STREAM_PROTOCOLS.has(each))
      const protocol = name === undefined ? undefined : STREAM_PROTOCOLS.get(name)
      if (name === undefined || protocol === undefined) {
        refuseProtocols(request, offered, [...STREAM_PROTOCOLS.keys()])
        return
      }
      acceptSpdyExec(request, { name, protocol, options: exec.options }, clock, relay)
      return
    }
  }
}

/** How long a command with a terminal waits for the terminal's size, which kubectl sends at once. */
const SIZE_WAIT_MS = 100

/** Input that comes before the size; whoever sends more of it sends no size soon. */
const EARLY_BYTES_MAX = 64 * 1024

/** What is kept for each piece besides its bytes, roughly. */
const PIECE_BYTES = 256

type RelayState =
  | { readonly is: 'waiting' }
  /** The client is there; it may tell how large its terminal is before the command starts. */
  | { readonly is: 'sizing'; readonly peer: ExecPeer; readonly timer: Timer }
  /** The client is there, the command is not: what comes from the one waits for the other. */
  | { readonly is: 'opening'; readonly peer: ExecPeer }
  | { readonly is: 'open'; readonly peer: ExecPeer; readonly exec: OpenExec }
  | { readonly is: 'over' }

/** Between one client and one command: bytes both ways, each side at the other's pace. */
class ExecRelay implements ExecPeerHandlers {
  readonly #request: ExecRequest
  readonly #doors: StreamDoors
  #state: RelayState = { is: 'waiting' }
  /** What the client did before the command ran. It is not read while that is being started, so that this is little. */
  readonly #early: ((exec: OpenExec) => void)[] = []
  #earlyBytes = 0
  #isOutputPaused = false

  constructor(request: ExecRequest, doors: StreamDoors) {
    this.#request = request
    this.#doors = doors
  }

  onReady(peer: ExecPeer): void {
    const { tty, command } = this.#request.options
    if (!tty || command === undefined) return this.#open(peer)
    const timer = this.#doors.clock.after(SIZE_WAIT_MS, () => this.#open(peer))
    this.#state = { is: 'sizing', peer, timer }
  }

  #open(peer: ExecPeer, size?: TerminalSize): void {
    this.#state = { is: 'opening', peer }
    peer.pauseInput()
    const { target } = this.#request
    const options = size === undefined ? this.#request.options : { ...this.#request.options, size }
    const sink = {
      onOutput: (stream: 'stdout' | 'stderr', bytes: Uint8Array) => {
        if (this.#state.is === 'over' || !options[stream] || peer.write(stream, bytes)) return
        this.#isOutputPaused = true
        if (this.#state.is === 'open') this.#state.exec.pause()
      },
      onDrain: () => {
        if (this.#state.is === 'open') peer.resumeInput()
      },
      onExit: ({ exitCode, error }: { readonly exitCode: number; readonly error?: string }) => {
        const end = error === undefined ? exitedWith(exitCode) : failedWith(executing(error))
        this.#finish(end)
      },
    }
    this.#doors.access.openExec(target, options, sink).then(
      (exec) => this.#begin(exec),
      (error: unknown) =>
        this.#finish(failedWith(notUpgraded(failureText(error, this.#doors.onError)))),
    )
  }

  onInput(bytes: Uint8Array): void {
    if (!this.#request.options.stdin) return
    if (this.#state.is === 'sizing') this.#countEarly(bytes)
    this.#whenOpen((exec, peer) => {
      if (!exec.writeInput(bytes)) peer.pauseInput()
    })
  }

  onInputEnd(): void {
    this.#whenOpen((exec) => exec.endInput())
  }

  onResize(size: TerminalSize): void {
    if (this.#state.is === 'sizing') return this.#stopSizing(size)
    this.#whenOpen((exec) => exec.resize(size))
  }

  onDrain(): void {
    this.#isOutputPaused = false
    if (this.#state.is === 'open') this.#state.exec.resume()
  }

  onClose(): void {
    const state = this.#state
    this.#state = { is: 'over' }
    if (state.is === 'sizing') state.timer.cancel()
    if (state.is === 'open') state.exec.stop()
  }

  #countEarly({ length }: Uint8Array): void {
    this.#earlyBytes += length + PIECE_BYTES
    if (this.#earlyBytes > EARLY_BYTES_MAX) this.#stopSizing()
  }

  #stopSizing(size?: TerminalSize): void {
    if (this.#state.is !== 'sizing') return
    const { peer, timer } = this.#state
    timer.cancel()
    this.#open(peer, size)
  }

  #begin(exec: OpenExec): void {
    const state = this.#state
    if (state.is !== 'opening') {
      exec.stop()
      return
    }
    this.#state = { is: 'open', peer: state.peer, exec }
    if (this.#isOutputPaused) exec.pause()
    state.peer.resumeInput()
    for (const act of this.#early.splice(0)) act(exec)
  }

  #finish(end: ReturnType<typeof exitedWith>): void {
    const state = this.#state
    this.#state = { is: 'over' }
    if (state.is === 'opening' || state.is === 'open') state.peer.finish(end)
  }

  #whenOpen(act: (exec: OpenExec, peer: ExecPeer) => void): void {
    const state = this.#state
    if (state.is === 'open') act(state.exec, state.peer)
    if (state.is === 'opening' || state.is === 'sizing')
      this.#early.push((exec) => act(exec, state.peer))
  }
}

function executing(reason: string): string {
  return `error executing command in container: ${reason}`
}

function notUpgraded(reason: string): string {
  return `unable to upgrade connection: ${reason}`
}
