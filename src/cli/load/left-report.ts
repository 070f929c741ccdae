import type { GeneratorReport } from '../../timeline/generator.ts'
import type { LoadTally } from '../../timeline/load-tally.ts'

/** Of a load that was left before its generator could report: what was under way then is in no figure. */
export function leftReport({ planned }: LoadTally): GeneratorReport {
  return {
    planned,
    latenessMs: { p50: 0, p99: 0, max: 0 },
    loopDelayMsMax: 0,
    connections: { opened: 0, reused: 0, closedIdle: 0, agedOut: 0 },
    impediments: ['It was left at a second Ctrl-C; what was under way is not counted.'],
  }
}
