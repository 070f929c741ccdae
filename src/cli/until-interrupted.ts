import { onInterrupt } from './interrupts.ts'
import { watchParent } from './engine/sandboxed-process.ts'

/** Resolves at Ctrl-C in either process, and at the signals by which a supervisor ends a program. */
export function untilInterrupted(): Promise<void> {
  return new Promise((resolveInterrupted) => {
    watchParent(resolveInterrupted)
    if (process.send !== undefined) return
    const stop = onInterrupt(() => {
      // A second one ends the process.
      setImmediate(() => stop())
      resolveInterrupted()
    })
  })
}
