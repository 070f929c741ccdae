import { setFlagsFromString } from 'node:v8'

/**
 * Before code is loaded. A load allocates little, and next to nothing that lives: more room for what is young is only more
 * memory (5 MB of 100).
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
}

/**
 * Before threads are started that have time: V8's optimizing compilers take 14 MB, for a fifth of the CPU (at 500 requests per
 * second), and garbage that is collected late is memory, too.
 */
export function keepThreadsSmall(): void {
  setFlagsFromString('--no-opt')
  setFlagsFromString('--no-maglev')
  setFlagsFromString('--heap-growing-percent=20')
}

/** What is young may grow again, as V8 sees fit. */
export function letHeapGrow(): void {
  setFlagsFromString('--semi-space-growth-factor=2')
}
