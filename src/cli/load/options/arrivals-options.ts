import { formatDurationMs } from '../../../base/duration.ts'
import type { Arrivals, RateStage } from '../../../load/plan.ts'
import { badFlag, duration, rateOf } from '../../flag-values.ts'
import type { LoadFlags } from './load-flags.ts'
import { readArrivals } from '../requests/recorded-arrivals.ts'
import type { ReadInput } from '../requests/request-input.ts'

const RATE_DEFAULT = 100
const DURATION_MS_DEFAULT = 10_000

export function arrivalsOf(flags: LoadFlags, users: number | undefined, read: ReadInput): Arrivals {
  const given = [flags.rate, flags.ramp, flags.steps, flags.concurrency, flags.replay]
  if (given.filter((flag) => flag !== undefined).length > 1) {
    throw badFlag(
      '--rate',
      'with another schedule',
      'one of --rate, --ramp, --steps, --concurrency, --replay',
    )
  }
  if (users !== undefined) return { kind: 'users', users }
  if (flags.replay !== undefined) {
    const text = new TextDecoder().decode(read('--replay', flags.replay))
    return { kind: 'recorded', offsetsNs: readArrivals(text) }
  }
  if (flags.ramp !== undefined) return { kind: 'rate', stages: rampOf(flags.ramp) }
  if (flags.steps !== undefined) return { kind: 'rate', stages: stepsOf(flags.steps) }
  const rate = rateOf('--rate', flags.rate) ?? RATE_DEFAULT
  return { kind: 'rate', stages: [{ fromPerSecond: rate, toPerSecond: rate }] }
}

/** `10/s..500/s:30s`: then the last rate goes on. */
function rampOf(text: string) {
  const [, from, to, time] = /^([^.]+)\.\.([^:]+):(.+)$/.exec(text) ?? []
  const durationMs = duration('--ramp', time)
  const wanted = 'FROM..TO:DURATION, such as 10/s..500/s:30s'
  if (from === undefined || durationMs === undefined || durationMs === 0)
    throw badFlag('--ramp', text, wanted)
  const fromPerSecond = from === '0' ? 0 : (rateOf('--ramp', from) ?? 0)
  const toPerSecond = rateOf('--ramp', to) ?? 0
  return [
    { fromPerSecond, toPerSecond, durationMs },
    { fromPerSecond: toPerSecond, toPerSecond },
  ]
}

/** `100/s:10s,200/s:10s`: the run ends with the last step. */
function stepsOf(text: string) {
  return text.split(',').map((step) => {
    const [, rate, time] = /^([^:]+):(.+)$/.exec(step.trim()) ?? []
    const durationMs = duration('--steps', time)
    if (rate === undefined || durationMs === undefined || durationMs === 0) {
      throw badFlag('--steps', text, 'RATE:DURATION,…, such as 100/s:10s,200/s:10s')
    }
    const perSecond = rate === '0' ? 0 : (rateOf('--steps', rate) ?? 0)
    return { fromPerSecond: perSecond, toPerSecond: perSecond, durationMs }
  })
}

/** `10/s to 500/s in 30s, then 500/s`. */
export function describeRates(stages: readonly RateStage[]): string {
  const parts = stages.map(({ fromPerSecond, toPerSecond, durationMs }) => {
    if (durationMs === undefined) return `${toPerSecond}/s`
    const time = formatDurationMs(durationMs)
    return fromPerSecond === toPerSecond
      ? `${toPerSecond}/s for ${time}`
      : `${fromPerSecond}/s to ${toPerSecond}/s in ${time}`
  })
  return parts.join(', then ')
}

/** Without any end given, some seconds; a number of requests, steps and recorded arrivals are an end. */
export function durationOf(flags: LoadFlags, requestsMax: number | undefined): number | undefined {
  const given = duration('--duration', flags.duration)
  if (given === 0) throw badFlag('--duration', '0', 'a duration above 0, such as 30s')
  if (given !== undefined) return given
  const hasEnd =
    requestsMax !== undefined || flags.steps !== undefined || flags.replay !== undefined
  if (hasEnd) return undefined
  // A ramp comes to its end, and is seen there.
  return DURATION_MS_DEFAULT + (duration('--ramp', flags.ramp?.split(':')[1]) ?? 0)
}
