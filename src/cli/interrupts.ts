/** How a Ctrl-C ends a command, and a second one. */
export const INTERRUPTED = 130

/** A terminal's Ctrl-C and its closing, and how a supervisor ends a program. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

const listeners = new Set<() => void>()
let state: 'not catching' | 'catching' | 'one waits' | 'told' = 'not catching'

/**
 * From now on a signal does not end the process but waits for whoever listens: what was made until then is to be
 * removed, too. A second one ends it when the first was told, or when nobody came to listen.
 */
export function catchInterrupts(): void {
  if (state !== 'not catching') return
  state = 'catching'
  for (const signal of SIGNALS) process.on(signal, take)
}

/** `listener` is called at each from now on, and for one that came before. Returns how to stop listening. */
export function onInterrupt(listener: () => void): () => void {
  catchInterrupts()
  listeners.add(listener)
  if (state === 'one waits') {
    state = 'told'
    listener()
  }
  return () => listeners.delete(listener)
}

function take(): void {
  if (listeners.size === 0) {
    if (state !== 'catching') process.exit(INTERRUPTED)
    state = 'one waits'
    return
  }
  state = 'told'
  for (const listener of listeners) listener()
}
