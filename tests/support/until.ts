import { setTimeout as sleep } from 'node:timers/promises'

/** Waits for a state that is reached in seconds, or on a loaded machine in a minute. Rejects with what was waited for. */
export async function until(
  what: string,
  isReached: () => Promise<boolean>,
  { timeoutMs = 60_000, pollMs = 50 }: { timeoutMs?: number; pollMs?: number } = {},
): Promise<void> {
  for (const start = performance.now(); performance.now() - start < timeoutMs;) {
    if (await isReached()) return
    await sleep(pollMs)
  }
  throw new Error(`not within ${timeoutMs / 1_000} s: ${what}`)
}
