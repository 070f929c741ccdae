import { LOAD_VIEWS } from '../../report/load-views.ts'
import type { LoadView } from '../../report/load-view.ts'
import { decodeLedger } from '../../timeline/ledger.ts'
import type { LoadResult } from '../../timeline/load-summary.ts'
import { LoadTally } from '../../timeline/load-tally.ts'
import { severalGenerators } from '../../load/several-generators.ts'
import { clockOriginNow, liveClock } from '../../world/live/clock.ts'
import { badFlag } from '../flag-values.ts'
import { INTERRUPTED, onInterrupt } from '../interrupts.ts'
import { styleFor } from '../terminal-style.ts'
import { threadedLoad } from '../threads/threaded-load.ts'
import { type LoadFlags, readLoadOrder } from './load-options.ts'

export interface LoadCommandFlags extends LoadFlags {
  readonly view?: string
  readonly color?: boolean
}

const REPLAYABLE_METHODS: readonly string[] = ['GET', 'HEAD', 'OPTIONS', 'TRACE']

/** `hitless load`: sends, shows, sums up. Returns the exit code. */
export async function runLoad(url: string, flags: LoadCommandFlags): Promise<number> {
  const order = readLoadOrder(url, flags)
  const view = viewNamed(flags.view ?? 'rows')
  const { description, plan } = order
  const style = styleFor(process.stdout, flags.color !== false)
  const tally = new LoadTally((template) =>
    REPLAYABLE_METHODS.includes(plan.requests[template]!.method),
  )
  const origin = clockOriginNow()
  const print = (text: string | undefined) =>
    void (text !== undefined && process.stdout.write(text))
  const startLoad = severalGenerators(liveClock(origin), order.workers, threadedLoad(origin))
  const generator = startLoad(plan, {
    onRecords: (bytes) => decodeLedger(bytes).forEach((record) => tally.add(record)),
    onRow: (row) =>
      print(view.row?.({ description, row, tally, elapsedSeconds: row.second + 1 }, style)),
    onStall: () => undefined,
  })
  let isInterrupted = false
  const forget = onInterrupt(() => {
    isInterrupted = true
    void generator.stop()
  })
  print(view.header?.(description, style))
  const { startedAt } = await generator.start()
  const startedAtMs = origin.wallMs + startedAt / 1e6
  const result: LoadResult = {
    description,
    startedAtMs,
    startedAt,
    tally,
    generator: await generator.finished,
  }
  forget()
  print(view.summary?.(result, style))
  return isInterrupted ? INTERRUPTED : exitCodeOf(result)
}

function exitCodeOf({ tally, generator }: LoadResult): number {
  if (tally.notSent > 0 || (generator.impediments?.length ?? 0) > 0) return 3
  return tally.dropped > 0 ? 1 : 0
}

function viewNamed(name: string): LoadView {
  const view = Object.hasOwn(LOAD_VIEWS, name) ? LOAD_VIEWS[name] : undefined
  if (view === undefined)
    throw badFlag('--view', name, `one of ${Object.keys(LOAD_VIEWS).join(', ')}`)
  return view
}
