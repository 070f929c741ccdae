import { isGeneratorOutcome } from '../timeline/outcome.ts'
import { codeOf } from '../timeline/protocol-codes.ts'
import type { RequestRecord } from '../timeline/ledger.ts'
import { MISMATCH_MEANING, MISMATCHES } from '../timeline/mismatch.ts'
import { isDropped } from './dropped.ts'
import { type RolloutWindow, isOfBaseline, isOfRollout } from './rollout-window.ts'

/** How many requests ended alike (same outcome, status and code of the protocol) before the rollout and during it. */
export interface Endings {
  /** All that were dropped before the rollout, however they ended. */
  readonly droppedBefore: EndingShare
  sharesOf(record: RequestRecord): EndingShares
}

export interface EndingShares {
  readonly baseline: EndingShare
  readonly window: EndingShare
}

export interface EndingShare {
  readonly alike: number
  /** All requests of that time that were not the generator's own failure. */
  readonly sent: number
}

export function endingsOf(
  requests: readonly RequestRecord[],
  window: RolloutWindow | undefined,
): Endings {
  const sent = requests.filter(({ outcome }) => !isGeneratorOutcome(outcome))
  const before = sent.filter((record) => isOfBaseline(window, record))
  const baseline = countEndings(before)
  const inWindow = countEndings(sent.filter((record) => isOfRollout(window, record)))
  return {
    droppedBefore: { alike: before.filter(isDropped).length, sent: before.length },
    sharesOf: (record) => ({ baseline: baseline(record), window: inWindow(record) }),
  }
}

function countEndings(requests: readonly RequestRecord[]): (record: RequestRecord) => EndingShare {
  const counts = new Map<string, number>()
  for (const request of requests) {
    const key = keyOf(request)
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return (record) => ({ alike: counts.get(keyOf(record)) ?? 0, sent: requests.length })
}

/** The same for requests that ended alike. ECONNRESET and EPIPE of one reset are chance, and in no code of a protocol. */
export function keyOf(record: RequestRecord): string {
  const { outcome, status, detail } = record
  return `${outcome} ${status} ${codeOf(record) ?? detail}`
}

/** How a dropped request ended, in words that say what to look at: `mismatch: the body had another SHA-256`. */
export function endingOf(record: RequestRecord): string {
  const { outcome, status, detail, errno } = record
  const code = codeOf(record)
  switch (outcome) {
    case 'status':
      return code ?? `status ${status}`
    case 'tls':
      return code ?? outcome
    case 'mismatch': {
      const mismatch = MISMATCHES[detail - 1]
      return mismatch === undefined ? outcome : `${outcome}: ${MISMATCH_MEANING[mismatch]}`
    }
    default:
      return [outcome, code, errno].filter((word) => word !== undefined).join(', ')
  }
}
