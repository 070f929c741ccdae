import { summarizeLoad, type LoadResult } from '../../timeline/load-summary.ts'
import type { LoadTally } from '../../timeline/load-tally.ts'
import type { Distribution } from '../../timeline/histogram.ts'
import { isAnswered, isGeneratorOutcome, type Outcome } from '../../timeline/outcome.ts'
import type { LoadView, Page } from '../load-view.ts'
import { Footnotes, UNKNOWN } from './footnotes.ts'
import { placeOf } from './url-place.ts'

/** The report of ab, the Apache HTTP server benchmarking tool. */
export const AB_VIEW: LoadView = {
  header: ({ url }) => `Benchmarking ${placeOf(url).host} (be patient)\n`,
  summary: renderAb,
  omitsImpediments: true,
}

const PERCENTILES = [50, 66, 75, 80, 90, 95, 98, 99, 100]

function renderAb(result: LoadResult, page: Page): string {
  const notes = new Footnotes()
  const lines = [
    '',
    '',
    ...targetOf(result, notes),
    '',
    ...figuresOf(result, notes),
    '',
    ...timesOf(result, notes),
    '',
    'Percentage of the requests served within a certain time (ms)',
    ...PERCENTILES.map((percent) => {
      const ms = wholeMs(result.tally.latencyUs.percentile(percent / 100))
      const longest = percent === 100 ? ' (longest request)' : ''
      return `${String(percent).padStart(4)}%  ${ms.padStart(5)}${longest}`
    }),
  ]
  return `${lines.join('\n')}\n${notes.render(page.width)}`
}

function targetOf({ description, tally }: LoadResult, notes: Footnotes): string[] {
  const { host, port, path } = placeOf(description.url)
  const concurrency = String(description.users ?? description.connections)
  return [
    notes.mark(
      field('Server Software', UNKNOWN),
      'Server Software, Document Length, HTML transferred: bodies and their heads are counted as one and not kept.',
    ),
    field('Server Hostname', host),
    field('Server Port', port),
    '',
    field('Document Path', path),
    field('Document Length', `${UNKNOWN} *`),
    '',
    description.users === undefined
      ? notes.mark(
          field('Concurrency Level', concurrency),
          'Concurrency Level: an open loop waits for nobody; these are the connections that it keeps, and it opens more when it needs them.',
        )
      : field('Concurrency Level', concurrency),
    field('Time taken for tests', `${secondsOf(tally).toFixed(3)} seconds`),
  ]
}

function figuresOf(result: LoadResult, notes: Footnotes): string[] {
  const { tally, generator, description } = result
  const { planned, bytesReceived } = summarizeLoad(result)
  const seconds = secondsOf(tally)
  const per = (count: number) => (seconds === 0 ? 0 : count / seconds)
  const reused = generator.connections.reused
  const strange = [...tally.statuses]
    .filter(([code]) => code < 200 || code > 299)
    .reduce((sum, [, count]) => sum + count, 0)
  const meanMs = tally.latencyUs.mean / 1_000
  return [
    field('Complete requests', String(planned)),
    ...failuresOf(tally, notes),
    ...(tally.notSent === 0
      ? []
      : [
          notes.mark(
            field('Not sent', String(tally.notSent)),
            'Not sent: the generator was not up to them; they are no failures of the server.',
          ),
        ]),
    ...(strange === 0 ? [] : [field('Non-2xx responses', String(strange))]),
    ...(reused === 0
      ? []
      : [
          notes.mark(
            field('Keep-Alive requests', String(reused)),
            'Keep-Alive requests: those that were sent on a connection used before; ab counts answers that allow another one.',
          ),
        ]),
    field('Total transferred', `${bytesReceived} bytes`),
    field('HTML transferred', `${UNKNOWN} *`),
    field('Requests per second', `${per(planned).toFixed(2)} [#/sec] (mean)`),
    description.users === undefined
      ? notes.mark(
          field('Time per request', `${meanMs.toFixed(3)} [ms] (mean)`),
          'Time per request (mean): as measured, from the moment the plan wanted the request sent; ab computes it from the concurrency.',
        )
      : field(
          'Time per request',
          `${(planned === 0 ? 0 : (description.users * seconds * 1_000) / planned).toFixed(3)} [ms] (mean)`,
        ),
    field(
      'Time per request',
      `${(planned === 0 ? 0 : (seconds * 1_000) / planned).toFixed(3)} [ms] (mean, across all concurrent requests)`,
    ),
    field('Transfer rate', `${per(bytesReceived / 1_024).toFixed(2)} [Kbytes/sec] received`),
  ]
}

type Column = 'Connect' | 'Receive' | 'Length' | 'Exceptions'

/** Each failed request is in one column. */
function failuresOf({ outcomes }: LoadTally, notes: Footnotes): string[] {
  const columns: Record<Column, number> = { Connect: 0, Receive: 0, Length: 0, Exceptions: 0 }
  for (const [outcome, count] of outcomes) {
    const column = columnOf(outcome)
    if (column !== undefined) columns[column] += count
  }
  const failed = Object.values(columns).reduce((sum, count) => sum + count, 0)
  if (failed === 0) return [field('Failed requests', '0')]
  const parts = Object.entries(columns).map(([name, count]) => `${name}: ${count}`)
  return [
    notes.mark(
      field('Failed requests', String(failed)),
      'Failed requests: each counted once; ab counts some up to three times. Length are answers that were not the expected ones, never just of another length; Exceptions are timeouts and what was not HTTP.',
    ),
    `   (${parts.join(', ')})`,
  ]
}

function columnOf(outcome: Outcome): Column | undefined {
  if (outcome === 'mismatch') return 'Length'
  if (isAnswered(outcome) || isGeneratorOutcome(outcome)) return undefined
  if (outcome.startsWith('connect-') || outcome === 'dns' || outcome === 'tls') return 'Connect'
  if (outcome.startsWith('timeout-') || outcome === 'malformed') return 'Exceptions'
  return 'Receive'
}

function timesOf({ tally }: LoadResult, notes: Footnotes): string[] {
  const { untilSentUs, fromSendUs, untilAnswerUs, latencyUs } = tally
  return [
    'Connection Times (ms)',
    '              min  mean[+/-sd] median   max',
    notes.mark(
      timesRow('Connect', untilSentUs),
      'Connect: from the intended start until the request was sent, on new and on used connections. All times: of answered requests.',
    ),
    timesRow('Processing', fromSendUs),
    timesRow('Waiting', untilAnswerUs),
    timesRow('Total', latencyUs),
  ]
}

function timesRow(name: string, us: Distribution): string {
  const [min, mean, median, max] = [us.min, us.mean, us.percentile(0.5), us.max].map(wholeMs)
  const deviation = (us.standardDeviation / 1_000).toFixed(1)
  return [
    `${name}:`.padEnd(12) + min!.padStart(5),
    mean!.padStart(4),
    deviation.padStart(5),
    median!.padStart(6),
    max!.padStart(7),
  ].join(' ')
}

function field(name: string, value: string): string {
  return `${`${name}:`.padEnd(23)} ${value}`
}

function wholeMs(us: number): string {
  return String(Math.round(us / 1_000))
}

function secondsOf({ firstIntendedAt, lastEndedAt }: LoadTally): number {
  return lastEndedAt > firstIntendedAt ? (lastEndedAt - firstIntendedAt) / 1e9 : 0
}
