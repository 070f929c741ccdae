import { WIDTH, shorten } from './layout.ts'
import { formatMs, formatShare } from './numbers.ts'
import type { Style } from './style.ts'

/** One second of a run, interval values. A row of the load engine fits, with what the cluster shows beside it. */
export interface RowInput {
  readonly second: number
  readonly planned: number
  readonly sent: number
  /** Of the planned ones, those that the generator itself failed to send. */
  readonly notSent: number
  readonly ok: number
  readonly dropped: number
  readonly connectionsOpen: number
  /** Absent when nothing was answered in that second. */
  readonly latencyMs?: { readonly p50: number; readonly p99: number; readonly max: number }
  readonly ready?: { readonly pods: number; readonly desired: number }
  /** What happened in that second. */
  readonly event?: string
}

const COLUMNS = [
  ['time', 6],
  ['conns', 7],
  ['sent', 6],
  ['ok', 6],
  ['drop', 6],
  ['goal', 7],
  ['p50', 8],
  ['p99', 8],
  ['max', 8],
  ['ready', 7],
] as const

type Column = (typeof COLUMNS)[number][0]

const EVENT_WIDTH = WIDTH - COLUMNS.reduce((sum, [, width]) => sum + width, 0) - 2

export function renderRowHeader(style: Style): string {
  const names = COLUMNS.map(([name, width]) => name.padStart(width)).join('')
  return style.dim(`${names}  event`)
}

export function renderRow(row: RowInput, style: Style): string {
  const { planned, notSent, latencyMs, ready } = row
  const goal = planned === 0 ? 1 : (planned - notSent) / planned
  const values: Readonly<Record<Column, string>> = {
    time: `${row.second}s`,
    conns: String(row.connectionsOpen),
    sent: String(row.sent),
    ok: String(row.ok),
    drop: String(row.dropped),
    goal: formatShare(goal),
    p50: latencyMs === undefined ? '-' : formatMs(latencyMs.p50),
    p99: latencyMs === undefined ? '-' : formatMs(latencyMs.p99),
    max: latencyMs === undefined ? '-' : formatMs(latencyMs.max),
    ready: ready === undefined ? '-' : `${ready.pods}/${ready.desired}`,
  }
  const cells = COLUMNS.map(([name, width]) => {
    const cell = values[name].padStart(width)
    if (name === 'drop' && row.dropped > 0) return style.red(cell)
    return name === 'goal' && goal < 0.99 ? style.yellow(cell) : cell
  })
  return `${cells.join('')}  ${shorten(row.event ?? '', EVENT_WIDTH)}`.trimEnd()
}
