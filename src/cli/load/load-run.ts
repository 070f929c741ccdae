import { decodeLedger } from '../../timeline/ledger.ts'
import type { LedgerBegin } from '../../timeline/ledger-file.ts'
import type { LoadResult } from '../../timeline/load-summary.ts'
import { LoadTally } from '../../timeline/load-tally.ts'
import { isReplayable } from '../../load/replayable.ts'
import type { LoadGenerator } from '../../load/plan.ts'
import { checkShares } from '../../load/plan-check.ts'
import { foreseeLimits } from '../../load/foresee-limits.ts'
import { severalGenerators } from '../../load/several-generators.ts'
import { type ClockOrigin, clockOriginNow, liveClock } from '../../world/live/clock.ts'
import { liveFiles } from '../../world/live/files.ts'
import { liveLimits } from '../../world/live/vitals.ts'
import { badFlag } from '../flag-values.ts'
import { INTERRUPTED, onInterrupt } from '../interrupts.ts'
import { printError } from '../print-error.ts'
import { threadedLoad } from '../threads/threaded-load.ts'
import { openHdr } from './output/hdr-file.ts'
import { leftReport } from './left-report.ts'
import { exitCodeOf, type LoadShowFlags, shownOn, viewNamed } from './load-end.ts'
import type { LoadFlags } from './options/load-flags.ts'
import { type LoadOrder, readLoadOrder } from './options/load-options.ts'
import { openOutput } from './output/load-output.ts'
import { readLoad } from './load-read.ts'
import { canRedraw, type LoadScreen, newLoadScreen } from './screen/load-screen.ts'

export interface LoadCommandFlags extends LoadFlags, LoadShowFlags {
  readonly read?: readonly string[]
}

const ONE = 'a URL, to send load to, or --read FILE…, to show what was recorded'

/** `hitless load`: sends or reads, shows, sums up. Returns the exit code. */
export async function runLoad(url: string | undefined, flags: LoadCommandFlags): Promise<number> {
  if (flags.read !== undefined) {
    if (url !== undefined) throw badFlag('--read', `with ${url}`, ONE)
    return readLoad(flags.read, flags)
  }
  return sendLoad(url, flags)
}

async function sendLoad(url: string | undefined, flags: LoadCommandFlags): Promise<number> {
  const order = readLoadOrder(url, flags)
  const view = viewNamed(flags.view)
  const { description, plan } = order
  const stream = shownOn(flags)
  // Before a file is replaced.
  checkShares(plan, order.workers)
  const origin = clockOriginNow()
  const clock = liveClock(origin)
  const begin = beginOf(order, origin)
  for (const limit of foreseeLimits(plan, liveLimits())) process.stderr.write(`note: ${limit}\n`)
  const output =
    flags.output === undefined
      ? undefined
      : await openOutput(liveFiles(), flags.output, { begin, onFailure: printError })
  const writeHdr = await openHdr(flags.hdr)
  const newRegion = canRedraw(stream) ? (await import('log-update')).createLogUpdate : undefined
  const tally = new LoadTally((template) => begin.isReplayable[template] ?? false)
  const startLoad = severalGenerators(clock, order.workers, threadedLoad(origin))
  const generator = startLoad(plan, {
    onRecords: (bytes) => {
      output?.records(bytes)
      for (const record of decodeLedger(bytes)) tally.add(record)
    },
    onRow: (row) => screen.row(row),
    onStall: (stallMs) => screen.stalled(stallMs),
  })
  // Last: from here on the terminal is taken, and given back at the end of the load.
  const screen = newLoadScreen({
    view,
    description,
    tally,
    stream,
    color: flags.color !== false,
    now: () => clock.monotonicNs(),
    newRegion,
  })
  let isInterrupted = false
  const forget = onInterrupt(() => {
    if (isInterrupted) leave(order, origin, tally, screen)
    isInterrupted = true
    // Where its thread has ended by itself, `finished` says so.
    generator.stop().catch(() => undefined)
  })
  const { startedAt, report } = await runShown(generator, screen)
  const startedAtMs = origin.wallMs + startedAt / 1e6
  const result: LoadResult = { description, startedAtMs, startedAt, tally, generator: report }
  forget()
  screen.end(result)
  const end = { schema: 'hitless.ledger/v1', kind: 'end', startedAt, generator: report } as const
  // What failed was told when it did.
  const isWritten = await output?.close(end).then(
    () => true,
    () => false,
  )
  await writeHdr(result)
  if (isInterrupted) return INTERRUPTED
  return isWritten === false ? 3 : exitCodeOf(result)
}

/** At a second Ctrl-C nothing is waited for: what has ended by then is shown. */
function leave(
  { description }: LoadOrder,
  { wallMs }: ClockOrigin,
  tally: LoadTally,
  screen: LoadScreen,
): never {
  const startedAt = tally.planned === 0 ? 0 : tally.firstIntendedAt
  const startedAtMs = wallMs + startedAt / 1e6
  screen.end({ description, startedAtMs, startedAt, tally, generator: leftReport(tally) })
  process.exit(INTERRUPTED)
}

/** Whatever happens, the terminal is given back. */
async function runShown(generator: LoadGenerator, screen: LoadScreen) {
  try {
    const { startedAt } = await generator.start()
    screen.started(startedAt)
    return { startedAt, report: await generator.finished }
  } finally {
    screen.end()
  }
}

function beginOf({ description, plan }: LoadOrder, { wallMs }: ClockOrigin): LedgerBegin {
  return {
    schema: 'hitless.ledger/v1',
    kind: 'begin',
    originWallMs: wallMs,
    description,
    isReplayable: plan.requests.map(isReplayable),
  }
}
