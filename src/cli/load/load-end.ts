import type { WriteStream } from 'node:tty'
import type { LoadView, Page } from '../../report/load-view.ts'
import { LOAD_VIEWS } from '../../report/load-views.ts'
import { PLAIN_PAGE } from '../../report/load-view.ts'
import type { LoadResult } from '../../timeline/load-summary.ts'
import { badFlag } from '../flag-values.ts'
import { styleFor } from '../terminal-style.ts'
import { STANDARD_OUTPUT } from './output/load-output.ts'

/** Flags about what is shown, and where records go. */
export interface LoadShowFlags {
  readonly view?: string
  readonly color?: boolean
  readonly output?: string
  readonly hdr?: string
}

/** Where views are printed: not between the records, where those go to the standard output. */
export function shownOn(flags: LoadShowFlags): WriteStream {
  return flags.output === STANDARD_OUTPUT ? process.stderr : process.stdout
}

export function pageOn(stream: WriteStream, flags: LoadShowFlags): Page {
  return {
    style: styleFor(stream, flags.color !== false),
    // A terminal that does not tell has 0.
    width: stream.isTTY && stream.columns > 0 ? stream.columns : PLAIN_PAGE.width,
  }
}

export function viewNamed(name = 'rows'): LoadView {
  const view = Object.hasOwn(LOAD_VIEWS, name) ? LOAD_VIEWS[name] : undefined
  if (view === undefined)
    throw badFlag('--view', name, `one of ${Object.keys(LOAD_VIEWS).join(', ')}`)
  return view
}

/** The exit code, and why it is 3 where the view has no place for that. */
export function endOf({ tally, generator }: LoadResult, view: LoadView): number {
  const notSent = `${tally.notSent} of ${tally.planned} requests were not sent.`
  const reasons = [...(tally.notSent > 0 ? [notSent] : []), ...(generator.impediments ?? [])]
  if (view.omitsImpediments === true) {
    for (const reason of reasons) process.stderr.write(`note: ${reason}\n`)
  }
  if (reasons.length > 0) return 3
  return tally.dropped > 0 ? 1 : 0
}
