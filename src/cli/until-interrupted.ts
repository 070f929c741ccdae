import { watchParent } from './sandboxed-process.ts'

/** Resolves at Ctrl-C in either process, and at the signals by which a supervisor ends a program. */
export function untilInterrupted(): Promise<void> {
  return new Promise((resolveInterrupted) => {
    watchParent(resolveInterrupted)
    if (process.send !== undefined) return
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
      process.once(signal, () => resolveInterrupted())
  })
}
