import type { Listener, Network } from '../../world/network.ts'

/** An address that no pod has. */
const GUARD_ADDRESS = '127.255.255.254'

/**
 * Keeps programs from listening on all addresses at ports that pods name: such a program would answer for other pods, and
 * what is measured would say nothing. While somebody listens on one address, the kernel refuses all of them (EADDRINUSE).
 */
export class PortGuards {
  readonly #network: Network
  readonly #onTaken: (port: number) => void
  readonly #guards = new Map<
    number,
    { readonly listener: Promise<Listener | undefined>; users: number }
  >()

  /** `onTaken`: something else of this machine listens on all addresses there already. */
  constructor(network: Network, onTaken: (port: number) => void) {
    this.#network = network
    this.#onTaken = onTaken
  }

  /** Resolves with what gives them back. */
  async take(ports: readonly number[]): Promise<() => Promise<void>> {
    const taken = [...new Set(ports)]
    for (const port of taken) {
      const guard = this.#guards.get(port) ?? { listener: this.#listen(port), users: 0 }
      guard.users += 1
      this.#guards.set(port, guard)
    }
    for (const port of taken) await this.#guards.get(port)?.listener
    return async () => {
      await Promise.all(taken.map((port) => this.#giveBack(port)))
    }
  }

  async #giveBack(port: number): Promise<void> {
    const guard = this.#guards.get(port)
    if (guard === undefined || --guard.users > 0) return
    this.#guards.delete(port)
    await (await guard.listener)?.close()
  }

  async #listen(port: number): Promise<Listener | undefined> {
    try {
      return await this.#network.listen({ host: GUARD_ADDRESS, port }, (connection) => {
        connection.reset()
        return IGNORED
      })
    } catch (error) {
      // A port that this user may not listen on (EACCES) is one that pods may not either.
      if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
        this.#onTaken(port)
      }
      return undefined
    }
  }
}

const IGNORED = {
  onOpen: () => undefined,
  onData: () => undefined,
  onEnd: () => undefined,
  onClose: () => undefined,
}
