/** An expectation that is not met for this long was lost: act on what the cache says. */
const EXPECTATION_MS_MAX = 300_000

interface Expectation {
  creations: number
  readonly deletions: Set<string>
  readonly since: number
}

/**
 * What a controller has written and not yet seen in its cache. A second decision on the old state would
 * create or delete twice, so the controller waits until its own writes have come back
 * (client-go's controllers call these expectations). Expect before writing: the watch may be quicker than
 * the answer. Bounded by the number of keys.
 */
export class Expectations {
  readonly #byKey = new Map<string, Expectation>()

  /** Adds to what is still expected; `nowMs` on any clock, the same as in `areMet`. */
  expect(
    key: string,
    nowMs: number,
    { creations = 0, deletions = [] }: { creations?: number; deletions?: readonly string[] },
  ): void {
    const open = this.areMet(key, nowMs) ? undefined : this.#byKey.get(key)
    this.#byKey.set(key, {
      creations: creations + (open?.creations ?? 0),
      deletions: new Set([...deletions, ...(open?.deletions ?? [])]),
      since: nowMs,
    })
  }

  /** An object of `key` has appeared, or its creation has failed. */
  creationSeen(key: string): void {
    const expectation = this.#byKey.get(key)
    if (expectation !== undefined && expectation.creations > 0) expectation.creations -= 1
  }

  /** The object is being deleted, is gone, or its deletion has failed. */
  deletionSeen(key: string, uid: string): void {
    this.#byKey.get(key)?.deletions.delete(uid)
  }

  areMet(key: string, nowMs: number): boolean {
    const expectation = this.#byKey.get(key)
    if (expectation === undefined) return true
    const { creations, deletions, since } = expectation
    return (creations === 0 && deletions.size === 0) || nowMs - since >= EXPECTATION_MS_MAX
  }

  forget(key: string): void {
    this.#byKey.delete(key)
  }
}
