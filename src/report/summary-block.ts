import type { RunDescription } from '../verdict/recording.ts'
import type { Latency, Verdict } from '../verdict/verdict.ts'
import { layOut } from './layout.ts'
import { formatCount, formatMs, formatShare } from './numbers.ts'

/** Counts of the whole run, baseline included, in the form of vegeta's text report. */
export function renderSummary(
  { requests, generator }: Verdict,
  run: RunDescription,
  recordingDirectory: string | undefined,
): string {
  const recording =
    recordingDirectory === undefined ? [] : [row('Recording', recordingDirectory, [])]
  // A run that ended before the load began has nothing to count.
  if (requests.total === 0) return recording.map((line) => `${line}\n`).join('')
  const { connections } = generator
  const lines = [
    row('Requests', '[total, rate, goal]', [
      formatCount(requests.total),
      `${(run.load.ratePerSecond * generator.goal).toFixed(1)}/s`,
      formatShare(generator.goal),
    ]),
    row('Latencies', '[min, mean, 50, 90, 95, 99, 99.9, max]', latencies(requests.latencyMs)),
    layOut(
      ' '.repeat(NAME_WIDTH),
      `from the intended start; from sending on, 99 % within ${formatMs(requests.latencyFromSendMs.p99)}`,
    ),
    row('Connections', '[opened, reused, closed idle]', [
      formatCount(connections.opened),
      formatCount(connections.reused),
      formatCount(connections.closedIdle),
    ]),
    row('Status Codes', '[code:count]', counts(requests.statuses), ' '),
    row('Outcomes', '[id:count]', counts(requests.outcomes), ' '),
    row('Pods', '[name:count]', counts(requests.pods), ' '),
    row('Generator', '[lateness p99, loop delay max, not sent]', [
      formatMs(generator.latenessMsP99),
      formatMs(generator.loopDelayMsMax),
      formatCount(generator.notSent),
    ]),
    ...recording,
  ]
  return `${lines.join('\n')}\n`
}

const NAME_WIDTH = 14

/** More pods than these fill the screen; the JSON has them all. */
const NAMES_MAX = 12

/** Name, what the values are, and the values; all values begin in one column unless their names are too long. */
function row(name: string, legend: string, values: readonly string[], separator = ', '): string {
  if (values.length === 0) return `${name.padEnd(NAME_WIDTH)}${legend}`.trimEnd()
  return layOut(`${name.padEnd(NAME_WIDTH)}${legend.padEnd(31)}  `, values.join(separator))
}

function latencies({ min, mean, p50, p90, p95, p99, p999, max }: Latency): string[] {
  return [min, mean, p50, p90, p95, p99, p999, max].map(formatMs)
}

function counts(byName: Readonly<Record<string, number>>): string[] {
  const entries = Object.entries(byName).map(([name, count]) => `${name}:${count}`)
  const rest = entries.length - NAMES_MAX
  if (entries.length === 0) return ['none']
  return rest > 0 ? [...entries.slice(0, NAMES_MAX), `and ${rest} more`] : entries
}
