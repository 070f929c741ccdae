import type { GeneratorReport } from '../../timeline/generator.ts'
import { formatCount } from '../../report/numbers.ts'
import type { LoadTally } from '../../timeline/load-tally.ts'

/**
 * Of a load that was left before its generator could report. `planned` requests were planned, as far as that is known: those
 * of them that have no record are in no figure.
 */
export function leftReport(tally: LoadTally, planned: number | undefined): GeneratorReport {
  const missing =
    planned === undefined
      ? 'what was under way is'
      : `${formatCount(planned - tally.planned)} of ${formatCount(planned)} planned requests are`
  return {
    planned: planned ?? tally.planned,
    latenessMs: { p50: 0, p99: 0, max: 0 },
    loopDelayMsMax: 0,
    connections: { opened: 0, reused: 0, closedIdle: 0, agedOut: 0 },
    impediments: [`It was left at a second Ctrl-C; ${missing} in no figure.`],
  }
}
