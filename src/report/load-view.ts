import type { LoadRow } from '../timeline/generator.ts'
import type { LoadDescription, LoadResult } from '../timeline/load-summary.ts'
import type { LoadTally } from '../timeline/load-tally.ts'
import { WIDTH } from './layout.ts'
import { PLAIN_STYLE, type Style } from './style.ts'

/** How a run of the load generator is shown: text alone; whoever calls decides where it goes. Absent parts show nothing. */
export interface LoadView {
  /** Before the first request. */
  readonly header?: (description: LoadDescription, page: Page) => string
  /** Above the rows, where there will be rows: what is read from ledgers has none. */
  readonly columns?: (page: Page) => string
  /** Once a second. */
  readonly row?: (moment: LoadMoment, page: Page) => string
  /** At the end. */
  readonly summary?: (result: LoadResult, page: Page) => string
  /** On a terminal, instead of the rows: a whole screen, drawn anew some times a second. */
  readonly frame?: (scene: LoadScene, screen: Screen) => string
  /** It is the report of another tool, which has no place for what impeded the generator. */
  readonly omitsImpediments?: true
}

/** What a view is drawn on. */
export interface Page {
  readonly style: Style
  /** Columns. */
  readonly width: number
}

/** Where nobody looks: a file, a pipe. */
export const PLAIN_PAGE: Page = { style: PLAIN_STYLE, width: WIDTH }

export interface Screen extends Page {
  /** Lines. */
  readonly height: number
}

/** One second of a run and all before it. */
export interface LoadMoment {
  readonly description: LoadDescription
  readonly row: LoadRow
  /** Everything that has ended until now. */
  readonly tally: LoadTally
  /** Since the first slot. */
  readonly elapsedSeconds: number
  /** The second is not over: what is known of it so far. */
  readonly isLive?: boolean
}

/** A run as it is at this moment. */
export interface LoadScene {
  readonly description: LoadDescription
  /** The latest seconds, the last of them at the end. */
  readonly rows: readonly LoadRow[]
  readonly tally: LoadTally
  readonly elapsedSeconds: number
  /** The clock of the run at the first slot, nanoseconds; undefined before it. */
  readonly startedAt?: number
  /** What the generator itself had to tell, seconds since the first slot, in order. */
  readonly notes: readonly { readonly atSeconds: number; readonly text: string }[]
}
