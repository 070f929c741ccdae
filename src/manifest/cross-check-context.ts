import type { Location } from '../base/finding.ts'

/** What the checks between objects and settings need to know beside both. */
export interface CrossCheckContext {
  /** Something could not be read, so nothing is said to be missing. */
  readonly isPartial: boolean
  /** Of the keys in hitless.yaml, by their dotted names: `change.setImage`. */
  readonly locations: Readonly<Record<string, Location>>
}
