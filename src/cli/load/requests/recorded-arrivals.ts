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
  const times: number[] = []
  let textIn: ((line: string) => string) | undefined
  let epochS: number | undefined
  let number = 0
  for (const line of linesOf(text)) {
    number++
    if (line === '' || line.startsWith('#')) continue
    if (textIn === undefined) {
      const column = columnIn(line)
      textIn = line.startsWith('{')
        ? textInObject
        : column < 0
          ? (whole) => whole
          : textInRow(column)
      if (column >= 0) continue
    }
    epochS ??= Math.floor((timeIn(textIn(line), 0) ?? 0) / NS_PER_SECOND)
    const time = timeIn(textIn(line), epochS)
    if (time === undefined || !Number.isFinite(time)) {
      const what = `line ${number} has ${JSON.stringify(line.slice(0, 40))}`
      throw badFlag('--replay', what, WANTED)
    }
    if (times.push(time) > ARRIVALS_MAX) {
      const wanted = `${ARRIVALS_MAX} arrivals at most`
      throw badFlag('--replay', `line ${number} is one too many`, wanted)
    }
  }
  if (textIn === undefined) throw badFlag('--replay', 'holds no arrival', WANTED)
  // Numbers without boxes: they are sorted in place.
  const sorted = Float64Array.from(times).sort()
  const start = sorted[0] ?? 0
  return Array.from(sorted, (time) => Math.round(time - start))
}

/** One after the other: all at once they would take several times the memory of a file that is large. */
function* linesOf(text: string): Generator<string> {
  for (let from = 0; from <= text.length;) {
    const end = text.indexOf('\n', from)
    const to = end < 0 ? text.length : end
    yield text.slice(from, to).trim()
    from = to + 1
  }
}

/** Of the head of a table; -1 without one. */
function columnIn(head: string): number {
  return head
    .split(',')
    .map((name) => name.replace(/^"(.*)"$/, '$1'))
    .indexOf(LEDGER_FIELD)
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
