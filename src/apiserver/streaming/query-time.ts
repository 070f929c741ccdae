import { ApiError } from '../../api/api-error.ts'
import { parseTimestamp } from '../../base/timestamp.ts'

const LAYOUT = '2006-01-02T15:04:05Z07:00'

/** The parts of an RFC 3339 time, each with how Go's layout calls it. */
const PARTS: readonly (readonly [layout: string, pattern: RegExp])[] = [
  ['2006', /^\d{4}/],
  ['-', /^-/],
  ['01', /^\d{2}/],
  ['-', /^-/],
  ['02', /^\d{2}/],
  ['T', /^T/],
  ['15', /^\d{2}/],
  [':', /^:/],
  ['04', /^\d{2}/],
  [':', /^:/],
  ['05', /^\d{2}(?:[.,]\d+)?/],
  ['Z07:00', /^(?:Z|[+-]\d{2}:\d{2})/],
]

/** Milliseconds since the Unix epoch, of whole seconds; undefined of nothing. Throws BadRequest in Go's words. */
export function parseQueryTime(text: string): number | undefined {
  // Old clients wrote the JSON of no time.
  if (text === '' || text === 'null') return undefined
  const refuse = (why: string) =>
    new ApiError('BadRequest', `parsing time ${JSON.stringify(text)}${why}`)
  let rest = text
  for (const [layout, pattern] of PARTS) {
    const found = pattern.exec(rest)?.[0]
    if (found === undefined) {
      throw refuse(` as "${LAYOUT}": cannot parse ${JSON.stringify(rest)} as "${layout}"`)
    }
    rest = rest.slice(found.length)
  }
  if (rest !== '') throw refuse(`: extra text: ${JSON.stringify(rest)}`)
  const milliseconds = parseTimestamp(text.replace(',', '.'))
  if (milliseconds === undefined) throw refuse(': day out of range')
  return Math.floor(milliseconds / 1_000) * 1_000
}
