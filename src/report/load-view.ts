import type { LoadRow } from '../timeline/generator.ts'
import type { LoadDescription, LoadResult } from '../timeline/load-summary.ts'
import type { LoadTally } from '../timeline/load-tally.ts'
import type { Style } from './style.ts'

/** How a run of the load generator is shown: text alone; whoever calls decides where it goes. Absent parts show nothing. */
export interface LoadView {
  /** Before the first request. */
  header?(description: LoadDescription, style: Style): string
  /** Once a second. */
  row?(moment: LoadMoment, style: Style): string
  /** At the end. */
  summary?(result: LoadResult, style: Style): string
}

/** One second of a run and all before it. */
export interface LoadMoment {
  readonly description: LoadDescription
  readonly row: LoadRow
  /** Everything that has ended until now. */
  readonly tally: LoadTally
  /** Since the first slot. */
  readonly elapsedSeconds: number
}
