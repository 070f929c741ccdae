import { availableParallelism } from 'node:os'
import { decodeLedger } from '../../timeline/ledger.ts'
import type { LedgerBegin } from '../../timeline/ledger-file.ts'
import type { LoadResult } from '../../timeline/load-summary.ts'
import { LoadTally } from '../../timeline/load-tally.ts'
import { isReplayable } from '../../load/replayable.ts'
import type { LoadGenerator, LoadPlan } from '../../load/plan.ts'
import { checkShares } from '../../load/plan-check.ts'
import { foreseeLimits } from '../../load/foresee-limits.ts'
import { severalGenerators } from '../../load/several-generators.ts'
import { type ClockOrigin, clockOriginNow, liveClock } from '../../world/live/clock.ts'
import { liveFiles } from '../../world/live/files.ts'
import { liveLimits } from '../../world/live/vitals.ts'
import { badFlag } from '../flag-values.ts'
import { catchInterrupts, INTERRUPTED } from '../interrupts.ts'
import { keepThreadsSmall, letHeapGrow } from '../small-heap.ts'
import { printError } from '../print-error.ts'
import { isSlow, threadedLoad } from '../threads/threaded-load.ts'
import { openHdr } from './output/hdr-file.ts'
import { leftReport } from './left-report.ts'
import { endOf, type LoadShowFlags, shownOn, viewNamed } from './load-end.ts'
import { LoadInterruption } from './load-interruption.ts'
import type { LoadFlags } from './options/load-flags.ts'
import { type LoadOrder, readLoadOrder } from './options/load-options.ts'
import { openOutput } from './output/load-output.ts'
import { readLoad } from './load-read.ts'
import { canRedraw, type LoadScreen, newLoadScreen } from './screen/load-screen.ts'

export interface LoadCommandFlags extends LoadFlags, LoadShowFlags {
  readonly read?: readonly string[]
}

const FLAGS_OF_READ: ReadonlySet<string> = new Set(['read', 'view', 'output', 'hdr', 'color'])
const ONE = 'a URL, to send load to, or --read FILE…, to show what was recorded'

/** `hitless load`: sends or reads, shows, sums up. Returns the exit code. */
export async function runLoad(url: string | undefined, flags: LoadCommandFlags): Promise<number> {
  if (flags.read !== undefined) {
    if (url !== undefined) throw badFlag('--read', `with ${url}`, ONE)
    refuseToSend(flags)
    return readLoad(flags.read, flags)
  }
  return sendLoad(url, flags)
}

/** Of a load that is read, nothing that was to be sent can be said any more. */
function refuseToSend(flags: LoadCommandFlags): void {
  const other = Object.keys(flags).find((name) => !FLAGS_OF_READ.has(name))
  if (other === undefined) return
  const flag = `--${other.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
  throw badFlag(flag, 'with --read', `one of them: ${flag} is for a load that is sent`)
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
  tellLimits(order)
  const output =
    flags.output === undefined
      ? undefined
      : await openOutput(liveFiles(), flags.output, { begin, onFailure: printError })
  const writeHdr = await openHdr(flags.hdr)
  const newRegion = canRedraw(stream) ? (await import('log-update')).createLogUpdate : undefined
  const tally = new LoadTally((template) => begin.isReplayable[template] ?? false)
  const interruption = new LoadInterruption(tally, stream)
  const startLoad = severalGenerators(clock, order.workers, threadedLoad(origin))
  sizeHeaps(plan)
  const generator = startLoad(plan, {
    onRecords: (bytes) => {
      output?.records(bytes)
      for (const record of decodeLedger(bytes)) tally.add(record)
    },
    onRow: (row) => screen.row(row),
    onStall: (stallMs) => screen.stalled(stallMs),
    onWoundUp: (planned) => interruption.woundUp(planned),
  })
  catchInterrupts()
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
  const running = runShown(generator, screen)
  const forget = interruption.listen(generator, (planned) =>
    leave(order, origin, screen, { tally, planned }),
  )
  const { startedAt, report } = await running
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
  if (interruption.isInterrupted) return INTERRUPTED
  return isWritten === false ? 3 : endOf(result, view)
}

function sizeHeaps(plan: LoadPlan): void {
  return isSlow(plan) ? keepThreadsSmall() : letHeapGrow()
}

/** What is known before the first request. */
function tellLimits(order: LoadOrder): void {
  const limits = [...foreseeLimits(order.plan, liveLimits()), ...tooManyWorkers(order)]
  for (const limit of limits) process.stderr.write(`note: ${limit}\n`)
}

/** Each is a thread with a heap of its own. */
const WORKER_MB = 25

function tooManyWorkers({ workers }: LoadOrder): readonly string[] {
  const cores = availableParallelism()
  return workers <= cores
    ? []
    : [
        `${workers} workers take ${workers * WORKER_MB} MB of memory or more, and send no more than ${cores} would: ` +
          `there ${cores === 1 ? 'is 1 CPU' : `are ${cores} CPUs`}.`,
      ]
}

/** At a second Ctrl-C nothing is waited for: what has ended by then is shown, and how much is missing. */
function leave(
  { description }: LoadOrder,
  { wallMs }: ClockOrigin,
  screen: LoadScreen,
  { tally, planned }: { readonly tally: LoadTally; readonly planned: number | undefined },
): never {
  const startedAt = tally.planned === 0 ? 0 : tally.firstIntendedAt
  const startedAtMs = wallMs + startedAt / 1e6
  screen.end({ description, startedAtMs, startedAt, tally, generator: leftReport(tally, planned) })
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
