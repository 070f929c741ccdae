/** A part of the RFC 3339 layout as Go writes it, what it matches, and the numbers that it may hold. */
interface LayoutPart {
  readonly layout: string
  readonly pattern: RegExp
  readonly name?: string
  readonly range?: readonly [least: number, most: number]
}

/** https://pkg.go.dev/time#pkg-constants */
const PARTS: readonly LayoutPart[] = [
  { layout: '2006', pattern: /^\d{4}/ },
  { layout: '-', pattern: /^-/ },
  { layout: '01', pattern: /^\d\d/, name: 'month', range: [1, 12] },
  { layout: '-', pattern: /^-/ },
  { layout: '02', pattern: /^\d\d/, name: 'day', range: [1, 31] },
  { layout: 'T', pattern: /^T/ },
  { layout: '15', pattern: /^\d\d?/, name: 'hour', range: [0, 23] },
  { layout: ':', pattern: /^:/ },
  { layout: '04', pattern: /^\d\d/, name: 'minute', range: [0, 59] },
  { layout: ':', pattern: /^:/ },
]
const SECONDS: LayoutPart = {
  layout: '05',
  pattern: /^\d\d(?:\.\d+)?/,
  name: 'second',
  range: [0, 59],
}
const MICROSECONDS: readonly LayoutPart[] = [
  { ...SECONDS, pattern: /^\d\d/ },
  { layout: '.000000', pattern: /^\.\d{6}/ },
]
const ZONE: LayoutPart = { layout: 'Z07:00', pattern: /^(?:Z|[+-]\d\d:\d\d)/ }

/** What Go's `time.Parse` says of a text that is no time of RFC 3339; undefined when it is one. */
export function describeTimeFault(
  text: string,
  precision: 'seconds' | 'microseconds' = 'seconds',
): string | undefined {
  const micro = precision === 'microseconds'
  const parts = [...PARTS, ...(micro ? MICROSECONDS : [SECONDS]), ZONE]
  const layout = parts.map((part) => part.layout).join('')
  let rest = text
  for (const part of parts) {
    const matched = part.pattern.exec(rest)?.[0]
    if (matched === undefined) {
      return `parsing time ${quoted(text)} as ${quoted(layout)}: cannot parse ${quoted(rest)} as ${quoted(part.layout)}`
    }
    const [least, most] = part.range ?? [-Infinity, Infinity]
    const number = Math.floor(Number(matched))
    if (part.range !== undefined && (number < least || number > most)) {
      return `parsing time ${quoted(text)}: ${part.name} out of range`
    }
    rest = rest.slice(matched.length)
  }
  if (rest !== '') return `parsing time ${quoted(text)}: extra text: ${quoted(rest)}`
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number)
  return day > daysIn(month, year) ? `parsing time ${quoted(text)}: day out of range` : undefined
}

function daysIn(month: number, year: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}

function quoted(text: string): string {
  return JSON.stringify(text)
}
