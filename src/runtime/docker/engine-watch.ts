import type { Fields } from '../../base/fields.ts'
import type { Clock, Timer } from '../../world/clock.ts'
import type { Engine } from './engine.ts'

/** How long after a break the engine is asked again. */
const PAUSE_MS = 200

export interface EngineWatchOptions {
  readonly engine: Engine
  readonly socketPath: string
  readonly clock: Clock
  /** Of `/events`. */
  readonly filters: Fields
  readonly onEvent: (event: Fields) => void
  /** The engine answers again: events may have been missed. */
  readonly onResume: () => void
  readonly onWarning: (message: string) => void
}

/** Hears of what happens in the engine for as long as it is there, and tells when it is not. */
export class EngineWatch {
  readonly #options: EngineWatchOptions
  #events: { stop(): void } | undefined
  #pause: Timer | undefined
  #state: 'listening' | 'gone' | 'stopped' = 'listening'

  constructor(options: EngineWatchOptions) {
    this.#options = options
    this.#listen()
  }

  stop(): void {
    if (this.#state === 'gone') {
      const left = 'what hitless has made in it is left, and removed when it is started again'
      this.#options.onWarning(`Docker does not answer: ${left}`)
    }
    this.#state = 'stopped'
    this.#events?.stop()
    this.#pause?.cancel()
  }

  #listen(): void {
    const { engine, filters, onEvent } = this.#options
    const path = `/events?filters=${encodeURIComponent(JSON.stringify(filters))}`
    this.#events = engine.stream('GET', path, {
      onLine: onEvent,
      onEnd: () => this.#askAgain(),
    })
  }

  #askAgain(): void {
    // Stopping ends the stream as well.
    if (this.#isStopped()) return
    this.#pause = this.#options.clock.after(PAUSE_MS, () => void this.#ask())
  }

  async #ask(): Promise<void> {
    if (this.#isStopped()) return
    const { engine, onWarning, onResume } = this.#options
    try {
      await engine.call('GET', '/version')
    } catch (error) {
      if (this.#isStopped()) return
      this.#tellGone(error)
      return this.#askAgain()
    }
    if (this.#isStopped()) return
    if (this.#state === 'gone') onWarning('Docker answers again')
    this.#state = 'listening'
    this.#listen()
    onResume()
  }

  #tellGone(error: unknown): void {
    const { socketPath, onWarning } = this.#options
    if (this.#state === 'gone') return
    this.#state = 'gone'
    const reason = error instanceof Error ? error.message : String(error)
    const gone = `Docker does not answer any more at ${socketPath} (${reason})`
    onWarning(`${gone}: until it does, what runs in it is neither seen nor changed`)
  }

  #isStopped(): boolean {
    return this.#state === 'stopped'
  }
}
