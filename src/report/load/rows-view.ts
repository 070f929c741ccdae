import { summarizeLoad, type LoadResult, type LatencySummary } from '../../timeline/load-summary.ts'
import { layOut } from '../layout.ts'
import type { LoadView } from '../load-view.ts'
import { formatBytes, formatCount, formatMs, formatShare } from '../numbers.ts'
import type { Style } from '../style.ts'

const COLUMNS = [
  ['time', 6],
  ['conns', 7],
  ['open/s', 8],
  ['sent', 8],
  ['ok', 8],
  ['drop', 7],
  ['goal', 8],
  ['p50', 9],
  ['p99', 9],
  ['max', 9],
  ['dropped', 10],
] as const

/** One line a second: interval values, and at its end all drops until then. */
export const ROWS_VIEW: LoadView = {
  header(description, style) {
    const { url, requests, connections, timeoutMs, workers } = description
    const several = workers === 1 ? '' : `, ${workers} workers`
    const lines = [
      `${'target'.padEnd(9)}${url} · ${description.protocol} · ${requests.join(', ')}`,
      ...(description.tls === undefined ? [] : [`${'tls'.padEnd(9)}${description.tls}`]),
      `${'load'.padEnd(9)}${arrivalsOf(description)}, ${connections} connections${several}, ` +
        `no retries, timeout ${formatMs(timeoutMs)}`,
    ]
    const names = COLUMNS.map(([name, width]) => name.padStart(width)).join('')
    return `${lines.join('\n')}\n\n${style.dim(names)}\n`
  },
  row({ row, tally }, style) {
    const { planned, notSent, latencyMs } = row
    const goal = planned === 0 ? 1 : (planned - notSent) / planned
    const values: Readonly<Record<(typeof COLUMNS)[number][0], string>> = {
      time: `${row.second}s`,
      conns: formatCount(row.connectionsOpen),
      'open/s': formatCount(row.connectionsOpened),
      sent: formatCount(row.sent),
      ok: formatCount(row.ok),
      drop: formatCount(row.dropped),
      goal: formatShare(goal),
      p50: latencyMs === undefined ? '-' : formatMs(latencyMs.p50),
      p99: latencyMs === undefined ? '-' : formatMs(latencyMs.p99),
      max: latencyMs === undefined ? '-' : formatMs(latencyMs.max),
      dropped: formatCount(tally.dropped),
    }
    const cells = COLUMNS.map(([name, width]) => {
      const cell = values[name].padStart(width)
      if (name === 'drop' && row.dropped > 0) return style.red(cell)
      return name === 'goal' && goal < 0.99 ? style.yellow(cell) : cell
    })
    return `${cells.join('')}\n`
  },
  summary: renderLoadSummary,
}

/** vegeta's text report, with what it cannot know. */
function renderLoadSummary(result: LoadResult, style: Style): string {
  const summary = summarizeLoad(result)
  const { connections, generator, outages } = summary
  const lines = [
    headline(result, style),
    '',
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
    row('Lanes', '[lane:ok/planned]', lanesOf(summary.lanes), ' '),
    row('Status Codes', '[code:count]', counts(summary.statuses), ' '),
    row('Outcomes', '[id:count]', counts(summary.outcomes), ' '),
    ...optional('Answered by', '[name:count]', summary.backends),
    ...optional('Addresses', '[address:connections]', summary.addresses),
    row('Generator', '[lateness p99, loop delay max, not sent]', [
      formatMs(generator.latenessMs.p99),
      formatMs(generator.loopDelayMsMax),
      formatCount(summary.notSent),
    ]),
    ...outages
      .slice(0, OUTAGES_MAX)
      .map(({ from, to, requests, outcomes }) =>
        row('Outage', `${from.toFixed(3)}s to ${to.toFixed(3)}s`, [
          `${formatCount(requests)} requests`,
          ...counts(outcomes),
        ]),
      ),
    ...(outages.length > OUTAGES_MAX ? [`${outages.length - OUTAGES_MAX} more outages`] : []),
    ...generator.impediments.map((text) => layOut(style.yellow('Impeded') + ' '.repeat(9), text)),
  ]
  return `${lines.join('\n')}\n`
}

const OUTAGES_MAX = 20
const NAME_WIDTH = 14

function headline({ tally }: LoadResult, style: Style): string {
  const { planned, dropped, notSent, hiddenByRetry } = tally
  const hidden =
    dropped === 0
      ? ''
      : `; a retrying client would have hidden ${formatCount(hiddenByRetry)} of them`
  const words = `${formatCount(dropped)} of ${formatCount(planned)} requests dropped${hidden}`
  if (notSent > 0) {
    return `\n${style.yellow('INCONCLUSIVE')}  ${words}; ${formatCount(notSent)} were not sent: the generator was not up to it`
  }
  return dropped > 0 ? `\n${style.red('DROPPED')}  ${words}` : `\n${style.green('OK')}  ${words}`
}

function row(name: string, legend: string, values: readonly string[], separator = ', '): string {
  return layOut(`${name.padEnd(NAME_WIDTH)}${legend.padEnd(39)}  `, values.join(separator))
}

function optional(
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

function lanesOf(
  lanes: Readonly<Record<string, { readonly ok: number; readonly planned: number }>>,
): string[] {
  return Object.entries(lanes).map(([name, { ok, planned }]) => `${name}:${ok}/${planned}`)
}

function arrivalsOf({ ratePerSecond, users }: LoadResult['description']): string {
  if (users !== undefined) return `${formatCount(users)} users, closed loop`
  return ratePerSecond === undefined
    ? 'recorded arrivals, open loop'
    : `${formatCount(ratePerSecond)} req/s, open loop`
}
