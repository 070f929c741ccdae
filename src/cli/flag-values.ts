import { parseDurationMs } from '../base/duration.ts'
import { HitlessError } from '../base/error.ts'

/** Values of flags, as text from the command line. Each throws HitlessError (exit code 2) naming the flag and what to write. */

const RATE_MAX = 100_000
const QUOTED_LENGTH_MAX = 200
const DURATION_MS_MAX = 24 * 3_600_000

/** Requests per second: `200/s`, `120/m`, `1000/h`, or a bare number. */
export function rateOf(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const [, count, unit] = /^(\d*\.?\d+)(?:\/(s|m|h))?$/.exec(text) ?? []
  const rate = Number(count) / (unit === 'm' ? 60 : unit === 'h' ? 3600 : 1)
  if (!(rate > 0 && rate <= RATE_MAX)) throw badFlag(flag, text, `200/s, at most ${RATE_MAX}/s`)
  return rate
}

/** `200-399,404` as inclusive ranges. */
export function statusRanges(flag: string, text: string): [number, number][] {
  return text.split(',').map((part) => {
    const [, low, high] = /^([1-5]\d\d)(?:-([1-5]\d\d))?$/.exec(part.trim()) ?? []
    if (low === undefined) throw badFlag(flag, text, '200-399 or 200,201')
    return [Number(low), Number(high ?? low)]
  })
}

/** Milliseconds, a day at most. */
export function duration(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const durationMs = parseDurationMs(text)
  if (durationMs === undefined || durationMs > DURATION_MS_MAX) {
    throw badFlag(flag, text, 'a duration with a unit, such as 500ms, 10s or 2m; 24h at most')
  }
  return durationMs
}

export function wholeNumber(
  flag: string,
  text: string | undefined,
  max = 999_999,
): number | undefined {
  if (text === undefined) return undefined
  if (!/^\d{1,15}$/.test(text) || Number(text) > max) {
    throw badFlag(flag, text, `a whole number, ${max} at most`)
  }
  return Number(text)
}

export function badFlag(flag: string, text: string, wanted: string): HitlessError {
  return new HitlessError('bad-flag', `${flag} ${quotable(text)}: not understood`, {
    exitCode: 2,
    hint: `Write ${wanted}.`,
  })
}

/** A value as an error quotes it: one of a megabyte would hide what is said of it. */
export function quotable(text: string): string {
  if (text.length <= QUOTED_LENGTH_MAX) return text
  return `${text.slice(0, QUOTED_LENGTH_MAX)}… (${text.length} characters)`
}
