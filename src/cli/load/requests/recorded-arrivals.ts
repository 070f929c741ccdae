import { isFields, textOf } from '../../../base/fields.ts'
import { parseJson } from '../../../base/parse-json.ts'
import { parseTimestamp } from '../../../base/timestamp.ts'
import { badFlag } from '../../flag-values.ts'

/** Each takes eight bytes in each thread. */
const ARRIVALS_MAX = 10_000_000
const NS_PER_SECOND = 1e9

/** The field of our ledger, in NDJSON and in the header of CSV. */
const LEDGER_FIELD = 'intended'

/**
 * Arrivals as they were recorded, nanoseconds since the first, in the order of time: a line each, as seconds with a
 * fraction or as RFC 3339; or our own ledger as NDJSON or CSV.
 */
export function readArrivals(text: string): readonly number[] {
  const lines = text.split('\n').map((line) => line.trim())
  const firstLine = lines.findIndex((line) => line !== '' && !line.startsWith('#'))
  const first = lines[firstLine]
  if (first === undefined) throw badFlag('--replay', 'holds no arrival', WANTED)
  const header = first.split(',').map((name) => name.replace(/^"(.*)"$/, '$1'))
  const column = header.indexOf(LEDGER_FIELD)
  const isTable = column >= 0
  const isJson = first.startsWith('{')
  const textIn = isJson ? textInObject : isTable ? textInRow(column) : (line: string) => line
  const epochS = Math.floor(
    (timeIn(textIn(lines[isTable ? firstLine + 1 : firstLine] ?? ''), 0) ?? 0) / NS_PER_SECOND,
  )
  const times: number[] = []
  for (const [index, line] of lines.entries()) {
    if (line === '' || line.startsWith('#') || (index === firstLine && isTable)) continue
    const time = timeIn(textIn(line), epochS)
    if (time === undefined || !Number.isFinite(time)) {
      throw badFlag(
        '--replay',
        `line ${index + 1} has ${JSON.stringify(line.slice(0, 40))}`,
        WANTED,
      )
    }
    if (times.push(time) > ARRIVALS_MAX) {
      throw badFlag(
        '--replay',
        `line ${index + 1} is one too many`,
        `${ARRIVALS_MAX} arrivals at most`,
      )
    }
  }
  times.sort((a, b) => a - b)
  const start = times[0] ?? 0
  return times.map((time) => Math.round(time - start))
}

const WANTED =
  'a time a line: seconds such as 12.5, or 2026-11-21T09:30:00.125Z; or a ledger of hitless as CSV or NDJSON'

/** Nanoseconds since `epochS`, in seconds: since 1970 they are more than a number can tell apart. */
function timeIn(text: string, epochS: number): number | undefined {
  const [, seconds, fraction = ''] = /^(\d+)(\.\d+)?$/.exec(text) ?? []
  if (seconds !== undefined) return sinceEpoch(Number(seconds), fraction, epochS)
  const [, whole, rest = '', zone] =
    /^(\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d)(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.exec(text) ?? []
  if (whole === undefined) return undefined
  const wallMs = parseTimestamp(`${whole.replace(' ', 'T')}${zone}`.toUpperCase())
  return wallMs === undefined ? undefined : sinceEpoch(wallMs / 1_000, rest, epochS)
}

function sinceEpoch(seconds: number, fraction: string, epochS: number): number {
  return (seconds - epochS) * NS_PER_SECOND + Number(`0${fraction}`) * NS_PER_SECOND
}

function textInObject(line: string): string {
  const value = parseJson(line)
  return isFields(value) ? textOf(value[LEDGER_FIELD]) : ''
}

/** No cell before this one has a comma in it. */
function textInRow(column: number): (line: string) => string {
  return (line) => (line.split(',')[column] ?? '').replace(/^"(.*)"$/, '$1')
}
