import type { LoadDescription } from '../../timeline/load-summary.ts'
import { requestIdOf } from '../../timeline/request-id.ts'
import { layOut } from '../layout.ts'
import type { LoadMoment, LoadView, Page } from '../load-view.ts'
import { formatCount, formatMs, formatMsIfAny, formatShare } from '../numbers.ts'
import { renderLoadSummary } from './summary-text.ts'

/** Left to right; of those that do not fit a narrow screen, the one with the highest `dispensable` goes first. */
const COLUMNS = [
  { name: 'time', width: 6, dispensable: 0 },
  { name: 'conns', width: 7, dispensable: 5 },
  { name: 'open/s', width: 8, dispensable: 6 },
  { name: 'sent', width: 8, dispensable: 4 },
  { name: 'ok', width: 8, dispensable: 0 },
  { name: 'drop', width: 7, dispensable: 0 },
  { name: 'goal', width: 8, dispensable: 2 },
  { name: 'p50', width: 9, dispensable: 3 },
  { name: 'p99', width: 9, dispensable: 1 },
  { name: 'max', width: 9, dispensable: 7 },
  { name: 'dropped', width: 10, dispensable: 0 },
] as const
type Column = (typeof COLUMNS)[number]

/** One line a second: interval values, and at its end all drops until then. */
export const ROWS_VIEW: LoadView = {
  header: renderLoadHeader,
  columns({ width, style }) {
    const names = columnsFor(width).map((column) => column.name.padStart(column.width))
    return `\n${style.dim(names.join(''))}\n`
  },
  row: renderLoadRow,
  summary: renderLoadSummary,
}

/** What is sent where, and how. */
export function renderLoadHeader(description: LoadDescription, { width }: Page): string {
  const { url, requests, connections, timeoutMs, workers } = description
  const { expected = [], requestId, notes = [] } = description
  // A lane of new connections, or of idle ones without a bound, keeps no number of them.
  const kept = connections === 0 ? '' : `, ${connections} connections`
  const several = workers === 1 ? '' : `, ${workers} workers`
  const lines = [
    layOut('target'.padEnd(9), `${url} · ${description.protocol} · ${requests.join(', ')}`, width),
    ...(description.tls === undefined ? [] : [layOut('tls'.padEnd(9), description.tls, width)]),
    layOut(
      'load'.padEnd(9),
      `${arrivalsOf(description)}${kept}${several}, no retries, timeout ${formatMs(timeoutMs)}`,
      width,
    ),
    ...(expected.length === 0 ? [] : [layOut('expected'.padEnd(9), expected.join(', '), width)]),
    ...(requestId === undefined
      ? []
      : [
          layOut('id'.padEnd(9), `${requestId.header}: ${requestIdOf(requestId.run, 0)}, …`, width),
        ]),
    ...notes.map((note) => layOut('note'.padEnd(9), note, width)),
  ]
  return `${lines.join('\n')}\n`
}

function renderLoadRow({ row, tally }: LoadMoment, { style, width }: Page): string {
  const { planned, notSent, latencyMs } = row
  const goal = planned === 0 ? 1 : (planned - notSent) / planned
  const values: Readonly<Record<Column['name'], string>> = {
    time: `${row.second}s`,
    conns: formatCount(row.connectionsOpen),
    'open/s': formatCount(row.connectionsOpened),
    sent: formatCount(row.sent),
    ok: formatCount(row.ok),
    drop: formatCount(row.dropped),
    goal: formatShare(goal),
    p50: formatMsIfAny(latencyMs?.p50),
    p99: formatMsIfAny(latencyMs?.p99),
    max: formatMsIfAny(latencyMs?.max),
    dropped: formatCount(tally.dropped),
  }
  const cells = columnsFor(width).map((column) => {
    const cell = values[column.name].padStart(column.width)
    if (column.name === 'drop' && row.dropped > 0) return style.red(cell)
    return column.name === 'goal' && goal < 0.99 ? style.yellow(cell) : cell
  })
  return `${cells.join('')}\n`
}

function columnsFor(width: number): readonly Column[] {
  let columns: readonly Column[] = COLUMNS
  for (;;) {
    const needed = columns.reduce((sum, column) => sum + column.width, 0)
    const dispensable = Math.max(...columns.map((column) => column.dispensable))
    if (needed <= width || dispensable === 0) return columns
    columns = columns.filter((column) => column.dispensable !== dispensable)
  }
}

function arrivalsOf({ ratePerSecond, users, rates }: LoadDescription): string {
  if (rates !== undefined) return `${rates}, open loop`
  if (users !== undefined) return `${formatCount(users)} users, closed loop`
  return ratePerSecond === undefined
    ? 'recorded arrivals, open loop'
    : `${formatCount(ratePerSecond)} req/s, open loop`
}
