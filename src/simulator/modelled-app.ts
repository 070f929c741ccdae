import type { Clock, Timer } from '../world/clock.ts'
import type { Connection, ConnectionHandlers, Listener, Network } from '../world/network.ts'
import type { ModelledAnswer, ModelledRequest } from './modelled-exchange.ts'
import { type ModelledHealth, serveModelledHealth } from './modelled-health.ts'
import { serveModelledHttp, type ModelledServer } from './modelled-http.ts'

/** What an app does, in numbers: enough of a program to rehearse a rollout with. */
export interface ModelledApp {
  /** From the start of the process to its listener being open. */
  readonly startupMs: number
  /** Without one it listens nowhere. */
  readonly port?: number
  /**
   * ignore: no handler, so process 1 never feels SIGTERM. exit: ends at once with 0. drainMs: closes
   * its listener, finishes what is in flight and ends with 0 after so long.
   */
  readonly onSigterm: 'ignore' | 'exit' | { readonly drainMs: number }
  /** Default: 200 at once. */
  readonly answer?: (request: ModelledRequest, moment: ModelledMoment) => ModelledAnswer
  /** It serves gRPC on its port, and nothing else: what its health service says of a service. */
  readonly health?: (service: string, moment: ModelledMoment) => ModelledHealth
  /** Ends by itself after so long, with `crashExitCode` (default 1). */
  readonly crashAfterMs?: number
  readonly crashExitCode?: number
  /** An idle connection is closed after this long. Default 5000, as Node's server. */
  readonly keepAliveMs?: number
  /** A command run in the container. Default: `sleep N` takes N seconds, anything else succeeds at once. */
  readonly exec?: (command: readonly string[], moment: ModelledMoment) => ModelledExec
}

/** When something is asked of the app. */
export interface ModelledMoment {
  readonly uptimeMs: number
  /** Since the first SIGTERM; undefined before. */
  readonly sinceSigtermMs?: number
}

export interface ModelledExec {
  readonly exitCode: number
  readonly output?: string
  readonly delayMs?: number
}

export interface ModelledExit {
  readonly exitCode: number
  readonly signal?: string
}

/** A running copy of a modelled app: a process. */
export class ModelledProcess {
  readonly #app: ModelledApp
  readonly #clock: Clock
  readonly #network: Network
  readonly #ip: string
  readonly #onExit: (exit: ModelledExit) => void
  readonly #startedNs: number
  readonly #timers = new Set<Timer>()
  #listener: Listener | undefined
  #server: ModelledServer | undefined
  #sigtermNs: number | undefined
  #hasExited = false

  constructor(
    app: ModelledApp,
    world: { readonly clock: Clock; readonly network: Network },
    ip: string,
    onExit: (exit: ModelledExit) => void,
  ) {
    this.#app = app
    this.#clock = world.clock
    this.#network = world.network
    this.#ip = ip
    this.#onExit = onExit
    this.#startedNs = this.#clock.monotonicNs()
    this.#after(app.startupMs, () => this.#listen())
    const { crashAfterMs, crashExitCode = 1 } = app
    if (crashAfterMs !== undefined) {
      this.#after(crashAfterMs, () => this.#exit({ exitCode: crashExitCode }))
    }
  }

  get hasExited(): boolean {
    return this.#hasExited
  }

  signal(signal: string): void {
    if (this.#hasExited) return
    if (signal === 'SIGKILL') return this.#exit({ exitCode: 137, signal: 'SIGKILL' })
    const { onSigterm } = this.#app
    if (onSigterm === 'ignore') {
      this.#sigtermNs ??= this.#clock.monotonicNs()
      return
    }
    if (this.#sigtermNs !== undefined) return
    this.#sigtermNs = this.#clock.monotonicNs()
    if (onSigterm === 'exit') return this.#exit({ exitCode: 0 })
    this.#closeListener()
    this.#server?.drain()
    this.#after(onSigterm.drainMs, () => this.#exit({ exitCode: 0 }))
  }

  exec(command: readonly string[]): ModelledExec {
    return (this.#app.exec ?? defaultExec)(command, this.#moment())
  }

  #listen(): void {
    const { port, answer = answerOk, keepAliveMs = 5_000, health } = this.#app
    if (port === undefined || this.#sigtermNs !== undefined) return
    const server = serveModelledHttp(this.#clock, keepAliveMs, (request) =>
      answer(request, this.#moment()),
    )
    this.#server = server
    const accept =
      health === undefined
        ? server.accept
        : (connection: Connection): ConnectionHandlers => ({
            ...server.accept(connection),
            ...serveModelledHealth(connection, (service) => health(service, this.#moment())),
          })
    this.#network.listen({ host: this.#ip, port }, accept).then(
      (listener) => {
        this.#listener = listener
        if (this.#hasExited) this.#closeListener()
      },
      // The address is taken: as a program without an error handler would do.
      () => this.#exit({ exitCode: 1 }),
    )
  }

  #moment(): ModelledMoment {
    const now = this.#clock.monotonicNs()
    const uptimeMs = (now - this.#startedNs) / 1_000_000
    return this.#sigtermNs === undefined
      ? { uptimeMs }
      : { uptimeMs, sinceSigtermMs: (now - this.#sigtermNs) / 1_000_000 }
  }

  #exit(exit: ModelledExit): void {
    if (this.#hasExited) return
    this.#hasExited = true
    for (const timer of this.#timers) timer.cancel()
    this.#closeListener()
    this.#server?.abandon()
    this.#onExit(exit)
  }

  #closeListener(): void {
    // The simulated network frees the port during the call; there is nothing to wait for.
    void this.#listener?.close()
    this.#listener = undefined
  }

  #after(delayMs: number, callback: () => void): void {
    const timer = this.#clock.after(delayMs, () => {
      this.#timers.delete(timer)
      callback()
    })
    this.#timers.add(timer)
  }
}

function answerOk(): ModelledAnswer {
  return { kind: 'answer', status: 200 }
}

function defaultExec(command: readonly string[]): ModelledExec {
  const seconds = /\bsleep (\d+(\.\d+)?)/.exec(command.join(' '))
  return { exitCode: 0, delayMs: seconds === null ? 0 : Number(seconds[1]) * 1_000 }
}
