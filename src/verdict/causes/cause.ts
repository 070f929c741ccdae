import type { Location } from '../../base/finding.ts'
import type { DropView } from '../drop-view.ts'
import type { RunView } from '../run-view.ts'
import type { JudgedCause } from '../verdict.ts'

/**
 * One cause of dropped requests. Each has its page, docs/reference/causes/ID.md. `recognise` and
 * `explain` are methods, so that causes with different evidence fit in one list: the evidence of a
 * cause only ever comes back to the cause that gave it.
 */
export interface Cause<Evidence = unknown> {
  readonly id: string
  readonly title: string
  /** What shows that this drop is of this cause; undefined when it is not. */
  recognise(drop: DropView, view: RunView): Evidence | undefined
  /** `cases` has at least one entry, in the order of the requests. */
  explain(cases: readonly Case<Evidence>[], view: RunView): Explanation
}

export interface Case<Evidence = unknown> {
  readonly drop: DropView
  readonly evidence: Evidence
}

export interface Explanation {
  readonly objects: JudgedCause['objects']
  readonly explanation: string
  readonly location?: Location
  readonly because?: string
  readonly fix?: string
}
