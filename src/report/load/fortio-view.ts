import { Histogram } from '../../timeline/histogram.ts'
import type { LoadDescription, LoadResult } from '../../timeline/load-summary.ts'
import type { LoadTally } from '../../timeline/load-tally.ts'
import { isAnswered, isGeneratorOutcome } from '../../timeline/outcome.ts'
import type { LoadView, Page } from '../load-view.ts'
import { fortioHistogram } from './fortio-histogram.ts'
import { Footnotes, UNKNOWN } from './footnotes.ts'
import { formatG, goDuration } from './go-format.ts'
import { placeOf } from './url-place.ts'

/** The text of `fortio load`. */
export const FORTIO_VIEW: LoadView = {
  header: renderHeader,
  summary: renderFortio,
  omitsImpediments: true,
}

function renderHeader(description: LoadDescription): string {
  const { url, ratePerSecond, seconds, requestsMax, users, workers } = description
  const rate = ratePerSecond ?? 0
  const plan =
    requestsMax === undefined
      ? `for ${seconds === undefined ? 'as long as planned' : goDuration(seconds * 1e9)}`
      : `for ${requestsMax} calls`
  const speed = ratePerSecond === undefined ? 'max' : formatG(rate)
  return (
    `Fortio - running at ${formatG(rate)} queries per second, ${workers}->${workers} procs, ${plan}: ${url}\n` +
    `Starting at ${speed} qps with ${threadsOf(description)} thread(s) [gomax ${workers}] ${plan}${users === undefined ? ' *' : ''}\n`
  )
}

function renderFortio(result: LoadResult, page: Page): string {
  const { description, tally } = result
  const notes = new Footnotes()
  const all = new Histogram()
  all.merge(tally.latencyUs)
  all.merge(tally.unansweredUs)
  const seconds = secondsOf(tally)
  const qps = seconds === 0 ? 0 : all.count / seconds
  const lines = [
    `Ended after ${goDuration(seconds * 1e9)} : ${all.count} calls. qps=${formatG(qps, 5)}`,
    notes.mark(
      `Sleep times : ${UNKNOWN}`,
      'Sleep times: nothing sleeps between calls; a call that is late waits for nobody, and its wait counts in its time.',
    ),
    ...starred(fortioHistogram('Aggregated Function Time', all)),
    ...fortioHistogram('Error cases', tally.droppedUs),
    ...connectionsOf(result, notes),
    ...codesOf(tally, all.count, notes),
    notes.mark(
      `Response Header Sizes : ${UNKNOWN}`,
      'Response Header Sizes, Response Body/Total Sizes: heads and bodies are counted as one, and not for each call.',
    ),
    `Response Body/Total Sizes : count ${all.count} avg ${formatG(
      all.count === 0 ? 0 : tally.bytesReceived / all.count,
      8,
    )} +/- ${UNKNOWN} min ${UNKNOWN} max ${UNKNOWN} sum ${tally.bytesReceived} *`,
    ...(tally.notSent === 0
      ? []
      : [
          notes.mark(
            `Not sent : ${tally.notSent}`,
            'Not sent: the generator was not up to these calls; fortio would have sent fewer and called it the qps.',
          ),
        ]),
    `All done ${all.count} calls (plus 0 warmup) ${(all.mean / 1_000).toFixed(3)} ms avg, ${qps.toFixed(1)} qps`,
  ]
  notes.mark(
    '',
    'Aggregated Function Time: from the moment the plan wanted the call made; fortio counts from the send.',
  )
  if (description.users === undefined) {
    notes.mark(
      '',
      'thread(s): an open loop has none; these are the connections that it keeps, and it opens more when it needs them.',
    )
  }
  return `${lines.join('\n')}\n${notes.render(page.width)}`
}

function connectionsOf({ description, tally, generator }: LoadResult, notes: Footnotes): string[] {
  const { addresses = {}, connections } = generator
  const byCount = Object.entries(addresses).toSorted(([, a], [, b]) => b - a)
  return [
    notes.mark(
      `# Socket and IP used for each connection: ${UNKNOWN}`,
      'Socket and IP: connections are counted by address below, not listed; Connection time is until the call was sent, of all answered calls.',
    ),
    ...starred(fortioHistogram('Connection time histogram (s)', tally.untilSentUs)),
    `Sockets used: ${connections.opened} (for perfect keepalive, would be ${threadsOf(description)})`,
    'Uniform: true, Jitter: false, Catchup allowed: true',
    'IP addresses distribution:',
    ...byCount.map(([address, count]) => `${withPort(address, description.url)}: ${count}`),
  ]
}

function withPort(address: string, url: string): string {
  const { port } = placeOf(url)
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

/** The first line is marked; what is meant is told beside the others. */
function starred([first = '', ...others]: readonly string[]): string[] {
  return [`${first} *`, ...others]
}

/** Whatever has no status is -1. */
function codesOf(tally: LoadTally, calls: number, notes: Footnotes) {
  const { outcomes, statuses, brokenStatuses, unansweredUs } = tally
  const answered = new Map(statuses)
  const broken = unansweredUs.count
  for (const [status, count] of brokenStatuses) answered.set(status, answered.get(status)! - count)
  const kinds = [...outcomes]
    .filter(([outcome]) => !isAnswered(outcome) && !isGeneratorOutcome(outcome))
    .map(([outcome, count]) => `${outcome}:${count}`)
  const codes = [...answered].filter(([, count]) => count > 0).toSorted(([a], [b]) => a - b)
  const line = (code: number, count: number) =>
    `Code ${String(code).padStart(3)} : ${count} (${((100 * count) / Math.max(1, calls)).toFixed(1)} %)`
  return [
    ...(broken === 0 ? [] : [notes.mark(line(-1, broken), `Code -1: ${kinds.join(', ')}.`)]),
    ...codes.map(([code, count]) => line(code, count)),
  ]
}

function threadsOf({ users, connections }: LoadDescription): number {
  return users ?? connections
}

function secondsOf({ firstIntendedAt, lastEndedAt }: LoadTally): number {
  return lastEndedAt > firstIntendedAt ? (lastEndedAt - firstIntendedAt) / 1e9 : 0
}
