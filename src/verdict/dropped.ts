import { isGeneratorOutcome } from '../timeline/outcome.ts'
import type { RequestRecord } from '../timeline/ledger.ts'

/**
 * The one definition of dropped: the user did not get the answer, and it was not the generator's
 * own doing. Requests are sent once, so there is no second attempt that could have saved it.
 */
export function isDropped({ outcome }: RequestRecord): boolean {
  return outcome !== 'ok' && !isGeneratorOutcome(outcome)
}

/** What ended it happened at its end; of a timeout it happened at some time before. */
export function metItsFateAtItsEnd({ outcome }: RequestRecord): boolean {
  return (
    outcome !== 'connect-timeout' && outcome !== 'timeout-no-byte' && outcome !== 'timeout-stalled'
  )
}
