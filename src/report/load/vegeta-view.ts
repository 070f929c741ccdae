import { summarizeLoad, type LoadResult } from '../../timeline/load-summary.ts'
import { OUTCOME_MEANING } from '../../timeline/outcome.ts'
import type { LoadView, Page } from '../load-view.ts'
import { Footnotes, UNKNOWN } from './footnotes.ts'
import { goDuration } from './go-format.ts'

/** The text of `vegeta report`. */
export const VEGETA_VIEW: LoadView = { summary: renderVegeta, omitsImpediments: true }

const NAME_WIDTH = 14
const LEGEND_WIDTH = 33

function renderVegeta(result: LoadResult, page: Page): string {
  const { planned, rate, throughput, ok, seconds, bytesReceived, latency } = summarizeLoad(result)
  const notes = new Footnotes()
  const times = [seconds.attack + seconds.wait, seconds.attack, seconds.wait]
  const latencies =
    latency === undefined
      ? []
      : [latency.min, latency.mean, latency.p50, latency.p90, latency.p95, latency.p99, latency.max]
  const lines = [
    row('Requests', '[total, rate, throughput]', [
      String(planned),
      rate.toFixed(2),
      throughput.toFixed(2),
    ]),
    row(
      'Duration',
      '[total, attack, wait]',
      times.map((time) => rounded(time * 1e9)),
    ),
    notes.mark(
      row(
        'Latencies',
        '[min, mean, 50, 90, 95, 99, max]',
        latencies.length === 0 ? [UNKNOWN] : latencies.map((ms) => rounded(ms * 1e6)),
      ),
      'Latencies: of answered requests only, from the moment the plan wanted them sent, so that waiting to be sent counts; vegeta measures from the send, and counts errors in.',
    ),
    notes.mark(
      row('Bytes In', '[total, mean]', [
        String(bytesReceived),
        (planned === 0 ? 0 : bytesReceived / planned).toFixed(2),
      ]),
      'Bytes In: heads and bodies; vegeta counts bodies.',
    ),
    notes.mark(
      row('Bytes Out', '[total, mean]', [UNKNOWN, UNKNOWN]),
      'Bytes Out: not kept in the records.',
    ),
    row('Success', '[ratio]', [`${((planned === 0 ? 0 : ok / planned) * 100).toFixed(2)}%`]),
    // The blanks at the end are vegeta's.
    row('Status Codes', '[code:count]', [codesOf(result).join('')]),
    'Error Set:',
    ...errorsOf(result, notes),
  ]
  return `${lines.join('\n')}\n${notes.render(page.width)}`
}

function row(name: string, legend: string, values: readonly string[]): string {
  return `${name.padEnd(NAME_WIDTH)}${legend.padEnd(LEGEND_WIDTH)} ${values.join(', ')}`
}

/** Code 0 is a request without a status. */
function codesOf({ tally }: LoadResult): string[] {
  const answered = [...tally.statuses.values()].reduce((sum, count) => sum + count, 0)
  const counts: readonly (readonly [string, number])[] = [
    ['0', tally.planned - answered],
    ...[...tally.statuses].map(([code, count]) => [String(code), count] as const),
  ]
  return counts
    .filter(([, count]) => count > 0)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, count]) => `${code}:${count}  `)
}

function errorsOf({ tally }: LoadResult, notes: Footnotes): string[] {
  const failed = [...tally.outcomes].filter(([outcome]) => outcome !== 'ok')
  return failed.map(([outcome, count]) =>
    notes.mark(
      `${outcome}: ${OUTCOME_MEANING[outcome]} (${count})`,
      'Error Set: one line for each outcome, with its count; vegeta prints each different message once, without a count.',
    ),
  )
}

const UNITS_NS = [3_600e9, 60e9, 1e9, 1e6, 1e3, 1]

/** To the unit below the largest one that is in it. */
function rounded(ns: number): string {
  const index = UNITS_NS.findIndex((unit) => ns >= unit)
  const unit = UNITS_NS[index + 1]
  return goDuration(index === -1 || unit === undefined ? ns : Math.round(ns / unit) * unit)
}
