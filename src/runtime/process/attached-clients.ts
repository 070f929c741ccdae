import type { OpenStreams, StreamHandlers } from '../runtime.ts'

/** Those who have joined the output of a container's process, and its input: any number, each for as long as it likes. */
export class AttachedClients {
  readonly #clients = new Set<StreamHandlers>()

  get isEmpty(): boolean {
    return this.#clients.size === 0
  }

  /** Tells `handlers` of all output from now on; what it sends goes to `writeInput`. */
  add(handlers: StreamHandlers, writeInput: OpenStreams['writeInput']): OpenStreams {
    let isPaused = false
    const client: StreamHandlers = {
      onOutput: (stream, bytes) => isPaused || handlers.onOutput(stream, bytes),
      onDrain: () => handlers.onDrain(),
      onEnd: (end) => handlers.onEnd(end),
    }
    this.#clients.add(client)
    return {
      writeInput,
      // Others may attach after this one.
      endInput: () => undefined,
      pause: () => (isPaused = true),
      resume: () => (isPaused = false),
      stop: () => this.#clients.delete(client),
      resize: () => undefined,
    }
  }

  tell(stream: 'stdout' | 'stderr', bytes: Uint8Array): void {
    for (const client of this.#clients) client.onOutput(stream, bytes)
  }

  tellDrained(): void {
    for (const client of this.#clients) client.onDrain()
  }

  /** The process has ended, and all of them with it. */
  end(): void {
    const clients = [...this.#clients]
    this.#clients.clear()
    for (const client of clients) client.onEnd({ exitCode: 0 })
  }
}
