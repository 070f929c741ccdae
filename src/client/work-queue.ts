// Written by the client room; this is its contract.

/**
 * Keys to work on: each at most once in the queue and at most once in hand (client-go's workqueue).
 * A key that is added while in hand is worked on again afterwards.
 */
export interface WorkQueue {
  add(key: string): void
  /** Adds after a delay; of several delays for one key the earliest counts. */
  addAfter(key: string, delayMs: number): void
  /** Resolves when nothing is in hand any more; what waits is forgotten. */
  stop(): Promise<void>
}
