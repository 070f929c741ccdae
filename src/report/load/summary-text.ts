import {
  summarizeLoad,
  type LatencySummary,
  type LoadResult,
  type LoadSummary,
} from '../../timeline/load-summary.ts'
import { layOut } from '../layout.ts'
import type { Page } from '../load-view.ts'
import { formatBytes, formatCount, formatMs, formatNumberOf } from '../numbers.ts'
import type { Style } from '../style.ts'

const OUTAGES_MAX = 20
const NAME_WIDTH = 14
const LEGEND_WIDTH = 40
/** Columns that values need beside their name and legend; with fewer the legends are left out. */
const VALUES_WIDTH = 50

/** vegeta's text report, with what it cannot know. */
export function renderLoadSummary(result: LoadResult, { style, width }: Page): string {
  const summary = summarizeLoad(result)
  const row = rowsFor(width)
  const { generator, outages } = summary
  const lines = [
    '',
    headline(result, style, width),
    '',
    ...figures(summary, row),
    ...outages
      .slice(0, OUTAGES_MAX)
      .map(({ from, to, requests, outcomes }) =>
        row(
          'Outage',
          `${from.toFixed(3)}s to ${to.toFixed(3)}s`,
          [formatNumberOf(requests, 'request'), ...counts(outcomes)],
          ', ',
          true,
        ),
      ),
    ...(outages.length > OUTAGES_MAX ? [`${outages.length - OUTAGES_MAX} more outages`] : []),
    ...generator.impediments.map((text) =>
      layOut('Impeded'.padEnd(NAME_WIDTH), text, width).replace('Impeded', style.yellow),
    ),
  ]
  return `${lines.join('\n')}\n`
}

function figures(summary: LoadSummary, row: Row): string[] {
  const { connections, generator } = summary
  return [
    row('Requests', '[planned, rate, throughput]', [
      formatCount(summary.planned),
      `${summary.rate.toFixed(1)}/s`,
      `${summary.throughput.toFixed(1)}/s`,
    ]),
    row('Duration', '[attack, wait]', [
      formatMs(summary.seconds.attack * 1_000),
      formatMs(summary.seconds.wait * 1_000),
    ]),
    row('Latencies', '[min, mean, 50, 90, 95, 99, 99.9, max]', latencies(summary.latency)),
    row('From sending', '[min, mean, 50, 90, 95, 99, 99.9, max]', latencies(summary.fromSend)),
    row('Received', '[bytes]', [formatBytes(summary.bytesReceived)]),
    row('Connections', '[opened, reused, closed idle, aged out]', [
      formatCount(connections.opened),
      formatCount(connections.reused),
      formatCount(connections.closedIdle),
      formatCount(connections.agedOut),
    ]),
    ...sessionRows(summary, row),
    row('Lanes', '[lane:ok/planned]', lanesOf(summary), ' '),
    row('Status Codes', '[code:count]', counts(summary.statuses), ' '),
    row('Outcomes', '[id:count]', counts(summary.outcomes), ' '),
    ...optional(row, 'Codes', '[code:count]', summary.codes ?? {}),
    ...optional(row, 'Mismatches', '[what:count]', summary.mismatches),
    ...optional(row, 'Answered by', '[name:count]', summary.backends),
    ...optional(row, 'Addresses', '[address:connections]', summary.addresses),
    row('Generator', '[lateness p99, loop delay max, not sent]', [
      formatMs(generator.latenessMs.p99),
      formatMs(generator.loopDelayMsMax),
      formatCount(summary.notSent),
    ]),
  ]
}

function sessionRows({ sessions }: LoadSummary, row: Row): readonly string[] {
  if (sessions === undefined) return []
  const { openMs, reconnectMs } = sessions
  const messages = [
    sessions.messagesSent,
    sessions.messagesReceived,
    sessions.messagesLost,
    sessions.messagesDuplicated,
    sessions.messagesReordered,
  ]
  return [
    row('Sessions', '[opened, lost; to open 50, max]', [
      formatCount(sessions.opened),
      `${formatCount(sessions.lost)}; ${halfAndMost(openMs)}`,
    ]),
    row('Messages', '[sent, back, lost, twice, out of order]', messages.map(formatCount)),
    row('Reconnecting', '[50, max]', [halfAndMost(reconnectMs)]),
  ]
}

function halfAndMost(ms: { readonly p50: number; readonly max: number } | undefined): string {
  return ms === undefined ? 'none' : `${formatMs(ms.p50)}, ${formatMs(ms.max)}`
}

function headline({ tally, generator }: LoadResult, style: Style, width: number): string {
  const { planned, dropped, hiddenByRetry } = tally
  const hidden =
    dropped === 0
      ? ''
      : `; a retrying client would have hidden ${formatCount(hiddenByRetry)} of them`
  const words = `${formatCount(dropped)} of ${formatCount(planned)} requests dropped${hidden}`
  const doubt = doubtOf(tally.notSent, generator.impediments ?? [])
  const [name, tint] =
    doubt !== undefined
      ? (['INCONCLUSIVE', style.yellow] as const)
      : dropped > 0
        ? (['DROPPED', style.red] as const)
        : (['OK', style.green] as const)
  const text = doubt === undefined ? words : `${words}; ${doubt}`
  return layOut(`${name}  `, text, width).replace(name, tint)
}

/** Why nothing is proven, whatever was counted. */
function doubtOf(notSent: number, impediments: readonly string[]): string | undefined {
  if (notSent > 0) {
    const were = notSent === 1 ? 'was' : 'were'
    return `${formatCount(notSent)} ${were} not sent: the generator was not up to it`
  }
  return impediments.length > 0 ? 'the generator was impeded' : undefined
}

type Row = (
  name: string,
  legend: string,
  values: readonly string[],
  separator?: string,
  isLegendNeeded?: boolean,
) => string

/** Rows for a screen so wide: where it is narrow, legends that only explain are left out. */
function rowsFor(width: number): Row {
  const isWide = width >= NAME_WIDTH + LEGEND_WIDTH + VALUES_WIDTH
  return (name, legend, values, separator = ', ', isLegendNeeded = false) => {
    const label = isWide ? legend.padEnd(LEGEND_WIDTH) : isLegendNeeded ? legend : ''
    return layOut(
      `${name.padEnd(NAME_WIDTH)}${label}${label === '' ? '' : '  '}`,
      values.join(separator),
      width,
    )
  }
}

function optional(
  row: Row,
  name: string,
  legend: string,
  byName: Readonly<Record<string, number>>,
): readonly string[] {
  return Object.keys(byName).length === 0 ? [] : [row(name, legend, counts(byName), ' ')]
}

function latencies(latency: LatencySummary | undefined): string[] {
  if (latency === undefined) return ['no answers']
  const { min, mean, p50, p90, p95, p99, p999, max } = latency
  return [min, mean, p50, p90, p95, p99, p999, max].map(formatMs)
}

function counts(byName: Readonly<Record<string, number>>): string[] {
  const entries = Object.entries(byName).map(([name, count]) => `${name}:${count}`)
  return entries.length === 0 ? ['none'] : entries
}

function lanesOf({ lanes }: LoadSummary): string[] {
  return Object.entries(lanes).map(([name, { ok, planned }]) => `${name}:${ok}/${planned}`)
}
