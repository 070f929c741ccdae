import { setImmediate as turn } from 'node:timers/promises'
import type { GeneratorReport } from '../../timeline/generator.ts'
import type { Connection, ConnectionHandlers, ConnectTarget } from '../../world/network.ts'
import { liveNetwork } from '../../world/live/network.ts'
import { startLoad } from '../engine.ts'
import { timedOut } from './lying-server.ts'
import { Collected, planOf, type PlanChanges } from './load-run.ts'
import { PlayedClock } from './played-world.ts'

const TICK_MS = 25
/** Time stands still when so many ticks in a row brought nothing: enough for a flush and for lingering sockets. */
const IDLE_TICKS_MAX = 60
/** What all ticks of a run together do not reach; it passes only in `letTimeout`. */
const TIMEOUT_MS = 1e7

/**
 * The generator over real sockets in played time. Deadlines pass only when the test lets them, however
 * slowly the machine runs: what the server did is all that decides about an outcome.
 */
export class UnhurriedLoad {
  readonly collected = new Collected()
  /** What the sockets have told so far, how often that was a FIN, and how many bytes came. */
  signs = 0
  fins = 0
  bytesReceived = 0
  readonly #clock = new PlayedClock()
  readonly #network = liveNetwork()
  readonly #generator: ReturnType<typeof startLoad>
  #report: GeneratorReport | undefined
  #idleTicks = 0
  #signsSeen = 0

  constructor(changes: PlanChanges) {
    const timeouts = { timeoutMs: TIMEOUT_MS, connectTimeoutMs: TIMEOUT_MS }
    const connect = (target: ConnectTarget, handlers: ConnectionHandlers) =>
      this.#connect(target, handlers)
    const world = { clock: this.#clock, network: { ...this.#network, connect } }
    this.#generator = startLoad(world, planOf({ ...timeouts, ...changes }), this.collected)
    void this.#generator.finished.then((report) => (this.#report = report))
  }

  async start(): Promise<void> {
    await this.#generator.start()
  }

  get report(): GeneratorReport | undefined {
    return this.#report
  }

  /** Requests that ran out of time. */
  get expired(): number {
    return timedOut(this.collected.outcomes)
  }

  /** The sockets have their turn, and then time goes on, if anything happened lately. */
  async tick(): Promise<void> {
    await turn()
    this.#idleTicks = this.signs === this.#signsSeen ? this.#idleTicks + 1 : 0
    this.#signsSeen = this.signs
    if (this.#idleTicks <= IDLE_TICKS_MAX) this.#clock.advance(TICK_MS)
  }

  /** All requests in flight run out of time. */
  letTimeout(): void {
    this.#idleTicks = 0
    this.#clock.stall(TIMEOUT_MS)
    this.#clock.advance(TICK_MS)
  }

  #connect(target: ConnectTarget, handlers: ConnectionHandlers): Connection {
    return this.#network.connect(target, {
      onOpen: () => this.#note(() => handlers.onOpen()),
      onData: (bytes) => {
        this.bytesReceived += bytes.length
        this.#note(() => handlers.onData(bytes))
      },
      onEnd: () => {
        this.fins++
        this.#note(() => handlers.onEnd())
      },
      onClose: (error) => this.#note(() => handlers.onClose(error)),
    })
  }

  #note(then: () => void): void {
    this.signs++
    then()
  }
}

/** What a server tells that leaves requests without an end; it must not reset what it answered in part. */
export interface SilentServer {
  /** Requests left without an end so far. */
  readonly silent: number
  readonly bytesSent: number
}

/**
 * So many users until so many requests have ended. When all that is under way was left without an end,
 * and all that the server sent has come, their time is over.
 */
export async function runUnhurried(
  changes: PlanChanges,
  { users, requests }: { readonly users: number; readonly requests: number },
  server: SilentServer = { silent: 0, bytesSent: 0 },
): Promise<{ collected: Collected; report: GeneratorReport }> {
  const arrivals = { kind: 'users', users } as const
  const load = new UnhurriedLoad({ ...changes, arrivals, requestsMax: requests })
  await load.start()
  for (;;) {
    await load.tick()
    const { collected, report } = load
    if (report !== undefined) return { collected, report }
    const pending = server.silent - load.expired
    if (pending === 0 || load.bytesReceived !== server.bytesSent) continue
    const isLast = collected.records.length + pending === requests
    if (pending === users || isLast) load.letTimeout()
  }
}
