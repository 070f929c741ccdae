/**
 * How the calling thread fares on its machine; each value grows from the thread's start. What the
 * system does not tell is undefined.
 */
export interface VitalSigns {
  /** It ran on a CPU, milliseconds. */
  readonly ranMs: number | undefined
  /** It could have run and had no CPU, milliseconds. */
  readonly waitedMs: number | undefined
  /** Its process was held back because a CPU quota was used up, milliseconds. */
  readonly throttledMs: number | undefined
  /** It stood still to collect garbage, milliseconds. The latest pause may be missing for a turn of the event loop. */
  readonly collectedMs: number
  readonly longestCollectionMs: number
}

/** What this machine lets one process have. */
export interface MachineLimits {
  /** File descriptors: a socket is one. */
  readonly filesMax: number | undefined
  readonly filesOpen: number | undefined
  /** Local ports of connections whose caller does not choose one, inclusive. */
  readonly ports: readonly [first: number, last: number] | undefined
  /** Closed connections that keep their port for a minute yet. */
  readonly timeWait: number | undefined
}

/** The door to the state of the own thread and process. */
export interface Vitals {
  signs(): VitalSigns
  limits(): MachineLimits
}
