/** What is told again and again is told once. */
export class OnceEach {
  readonly #tell: (message: string) => void
  readonly #told = new Set<string>()

  constructor(tell: (message: string) => void) {
    this.#tell = tell
  }

  tell(message: string): void {
    if (this.#told.has(message) || this.#told.size >= MESSAGES_MAX) return
    this.#told.add(message)
    this.#tell(message)
  }
}

const MESSAGES_MAX = 100
