import { formatTimestampMs } from '../base/timestamp.ts'
import type { RequestRecord } from './ledger.ts'

/** What the numbers of a record stand for. */
export interface LedgerContext {
  /** Milliseconds since the Unix epoch at the origin of the clock. */
  readonly originWallMs: number
  /** By template: `GET /`. */
  readonly requests: readonly string[]
}

/** A record for people and their tools: one time of day, and the others as milliseconds since then. */
export interface LedgerRow {
  readonly sequence: number
  /** The intended start, RFC 3339 with microseconds. */
  readonly intended: string
  /** Milliseconds since the intended start; null: it never came to that. */
  readonly sentMs: number | null
  readonly firstByteMs: number | null
  readonly endMs: number
  readonly outcome: string
  readonly status: number
  readonly errno: string
  readonly lane: string
  readonly connection: number
  readonly localPort: number
  readonly requestsBefore: number
  readonly request: string
  readonly bytes: number
  readonly idleMs: number
  readonly backend: number
  readonly detail: number
}

const COLUMNS = [
  'sequence',
  'intended',
  'sentMs',
  'firstByteMs',
  'endMs',
  'outcome',
  'status',
  'errno',
  'lane',
  'connection',
  'localPort',
  'requestsBefore',
  'request',
  'bytes',
  'idleMs',
  'backend',
  'detail',
] as const satisfies readonly (keyof LedgerRow)[]

export const CSV_HEAD = `${COLUMNS.join(',')}\n`

export function ledgerRow(record: RequestRecord, context: LedgerContext): LedgerRow {
  const { intendedAt } = record
  const since = (at: number) => (at === 0 ? null : milliseconds(at - intendedAt))
  return {
    sequence: record.sequence,
    intended: microsecondsOf(context.originWallMs + intendedAt / 1e6),
    sentMs: since(record.sentAt),
    firstByteMs: since(record.firstByteAt),
    endMs: milliseconds(record.endedAt - intendedAt),
    outcome: record.outcome,
    status: record.status,
    errno: record.errno ?? '',
    lane: record.lane,
    connection: record.connection,
    localPort: record.localPort,
    requestsBefore: record.requestsBefore,
    request: context.requests[record.template] ?? '',
    bytes: record.bytesReceived,
    idleMs: record.idleMs,
    backend: record.backend,
    detail: record.detail,
  }
}

/** One object a line. */
export function ndjsonLine(record: RequestRecord, context: LedgerContext): string {
  return `${JSON.stringify(ledgerRow(record, context))}\n`
}

/** One line under `CSV_HEAD` (RFC 4180, with the line ends of this system). */
export function csvLine(record: RequestRecord, context: LedgerContext): string {
  const row = ledgerRow(record, context)
  return `${COLUMNS.map((column) => csvCell(row[column])).join(',')}\n`
}

function csvCell(value: string | number | null): string {
  if (value === null) return ''
  const text = String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** To a microsecond, which is what the clock of a busy thread is good for. */
function milliseconds(ns: number): number {
  return Math.round(ns / 1e3) / 1e3
}

function microsecondsOf(wallMs: number): string {
  const wallUs = Math.round(wallMs * 1e3)
  const us = String(wallUs % 1e3).padStart(3, '0')
  return formatTimestampMs(Math.floor(wallUs / 1e3)).replace('Z', `${us}Z`)
}
