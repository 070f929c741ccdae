/** When a traffic path acts on a change of its endpoints. */
export interface Profile {
  readonly name: string
  /** One line for people, with the range: `endpoint changes take 0.02–1.06 s to reach the proxy`. */
  readonly description: string
  /**
   * From the start of a sync to the new routes being in force, milliseconds, uniform.
   * What the data plane itself needs comes on top.
   */
  readonly programmingMs: readonly [low: number, high: number]
  /**
   * A sync starts no earlier than this after the start of the one before; changes in between wait
   * and go together (kube-proxy's --iptables-min-sync-period).
   */
  readonly minSyncIntervalMs: number
}

/**
 * `kube-proxy` is what kube-proxy 1.34 in iptables mode was measured to do on one node: a change
 * is in force 20 to 60 ms later if the last sync is over 1 s ago, else it waits for that second first.
 */
export const PROFILES: readonly Profile[] = [
  {
    name: 'none',
    description: 'endpoint changes reach the proxy at once',
    programmingMs: [0, 0],
    minSyncIntervalMs: 0,
  },
  {
    name: 'kube-proxy',
    description: 'endpoint changes take 0.02–1.06 s to reach the proxy',
    programmingMs: [20, 60],
    minSyncIntervalMs: 1_000,
  },
]

/** The longest from an endpoint change to its being in force, milliseconds; the data plane's own time comes on top. */
export function lagMsMaxOf({ minSyncIntervalMs, programmingMs }: Profile): number {
  return minSyncIntervalMs + programmingMs[1]
}
