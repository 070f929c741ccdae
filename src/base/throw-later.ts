/**
 * Ends the run with an error that its finder must not throw itself, because others wait for it to go on:
 * a listener's mistake is no reason to leave the next listener untold.
 */
export function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}
