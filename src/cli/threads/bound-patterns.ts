import { setFlagsFromString } from 'node:v8'

/**
 * Before a thread looks for patterns of a user's in bodies of a server's. One with repetitions in repetitions, such as `(a+)+`, may
 * take years for forty bytes; after 50,000 steps back V8 then begins anew with an engine whose time grows with the body alone.
 * Patterns that this one cannot have, with lookarounds or back-references, stay as they are.
 */
export function boundPatterns(): void {
  setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks')
}
