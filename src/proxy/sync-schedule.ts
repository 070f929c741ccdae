import { assertNever } from '../base/invariant.ts'

/**
 * When the proxy syncs, as kube-proxy's bounded-frequency runner decides it
 * (--iptables-min-sync-period, https://kubernetes.io/docs/reference/networking/virtual-ips/#minsyncperiod).
 * All times are nanoseconds on the clock of the run.
 */
export type SyncState =
  /** Nothing to do. `lastStartNs` is absent before the first sync. */
  | { readonly kind: 'idle'; readonly lastStartNs?: number }
  /** A change waits until the interval since the last sync is over. */
  | { readonly kind: 'waiting'; readonly dueNs: number; readonly lastStartNs: number }
  /** Routes are being programmed; all that changed before `startNs` is in them. */
  | { readonly kind: 'syncing'; readonly startNs: number }
  /** As syncing, and something has changed since: another sync must follow. */
  | { readonly kind: 'syncing-outdated'; readonly startNs: number }

/** `finished`: the routes of the present sync are in force. `due`: the timer of a waiting state fired. */
export type SyncEvent = 'changed' | 'due' | 'finished'

export type SyncAction =
  | { readonly kind: 'none' }
  /** Read everything, program the routes, then report `finished`. */
  | { readonly kind: 'sync' }
  /** Report `due` at `dueNs`. */
  | { readonly kind: 'wait'; readonly dueNs: number }

export interface SyncStep {
  readonly state: SyncState
  readonly action: SyncAction
}

export const INITIAL_SYNC_STATE: SyncState = { kind: 'idle' }

/**
 * One step of the schedule. A sync starts at once when the last one started at least
 * `minSyncIntervalMs` ago, else as soon as that is so; changes in between go together. Only one sync
 * runs at a time. Events that mean nothing in a state (a timer that fired late) change nothing.
 */
export function stepSync(
  state: SyncState,
  event: SyncEvent,
  { nowNs, minSyncIntervalMs }: { readonly nowNs: number; readonly minSyncIntervalMs: number },
): SyncStep {
  const startWhenAllowed = (lastStartNs: number | undefined): SyncStep => {
    const dueNs = lastStartNs === undefined ? nowNs : lastStartNs + minSyncIntervalMs * 1e6
    return lastStartNs === undefined || dueNs <= nowNs
      ? { state: { kind: 'syncing', startNs: nowNs }, action: { kind: 'sync' } }
      : { state: { kind: 'waiting', dueNs, lastStartNs }, action: { kind: 'wait', dueNs } }
  }
  switch (state.kind) {
    case 'idle':
      return event === 'changed' ? startWhenAllowed(state.lastStartNs) : unchanged(state)
    case 'waiting':
      return event === 'due' ? startWhenAllowed(state.lastStartNs) : unchanged(state)
    case 'syncing':
      if (event === 'changed') return unchanged({ ...state, kind: 'syncing-outdated' })
      if (event === 'finished') return unchanged({ kind: 'idle', lastStartNs: state.startNs })
      return unchanged(state)
    case 'syncing-outdated':
      return event === 'finished' ? startWhenAllowed(state.startNs) : unchanged(state)
    default:
      return assertNever(state)
  }
}

function unchanged(state: SyncState): SyncStep {
  return { state, action: { kind: 'none' } }
}
