import type { NodeNotice } from '../node-notice.ts'

/** A shorter silence of the API server is not worth a word. */
const UNREACHABLE_MS = 4_000

/** What has become of the last heartbeat. */
export type BeatState =
  | { readonly kind: 'well' }
  /** Since then no heartbeat has been taken. */
  | { readonly kind: 'failing'; readonly sinceMs: number; readonly isTold: boolean }
  /** There is none any more. */
  | { readonly kind: 'taken' }

export type BeatOutcome =
  | { readonly kind: 'done'; readonly isNodeNew: boolean }
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'taken' }

/** What a heartbeat from `startedMs` to `nowMs` means, and what is to be told of it. */
export function stepBeat(
  before: BeatState,
  outcome: BeatOutcome,
  { startedMs, nowMs }: { readonly startedMs: number; readonly nowMs: number },
): { readonly state: BeatState; readonly notices: readonly NodeNotice[] } {
  const wasTold = before.kind === 'failing' && before.isTold
  switch (outcome.kind) {
    case 'taken':
      return { state: { kind: 'taken' }, notices: [{ kind: 'taken' }] }
    case 'done': {
      const back: readonly NodeNotice[] = wasTold ? [{ kind: 'reachable' }] : []
      const again: readonly NodeNotice[] = outcome.isNodeNew ? [{ kind: 'registered-again' }] : []
      return { state: { kind: 'well' }, notices: [...back, ...again] }
    }
    case 'failed': {
      const sinceMs = before.kind === 'failing' ? before.sinceMs : startedMs
      const isTold = nowMs - sinceMs >= UNREACHABLE_MS
      const { why } = outcome
      return {
        state: { kind: 'failing', sinceMs, isTold: wasTold || isTold },
        notices: isTold && !wasTold ? [{ kind: 'unreachable', why }] : [],
      }
    }
  }
}
