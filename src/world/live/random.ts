import type { Random } from '../random.ts'

/** Chance that differs from run to run. */
export function liveRandom(): Random {
  return { next: () => Math.random() }
}
