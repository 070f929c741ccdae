import { summarizeLoad, type LoadResult } from '../../timeline/load-summary.ts'
import { isAnswered, OUTCOME_MEANING } from '../../timeline/outcome.ts'
import type { Distribution } from '../../timeline/histogram.ts'
import type { LoadView, Page } from '../load-view.ts'
import { Footnotes, UNKNOWN } from './footnotes.ts'

/** The summary of hey. */
export const HEY_VIEW: LoadView = { summary: renderHey, omitsImpediments: true }

const PERCENTILES = [10, 25, 50, 75, 90, 95, 99]
const BARS = 10
const BAR_WIDTH = 40

function renderHey(result: LoadResult, page: Page): string {
  const { tally } = result
  const notes = new Footnotes()
  return [
    ...summaryOf(result, notes),
    '',
    'Response time histogram:',
    ...histogramOf(tally.latencyUs),
    '',
    '',
    'Latency distribution:',
    ...PERCENTILES.filter(() => tally.latencyUs.count > 0).map(
      (percent) => `  ${percent}% in ${secs(tally.latencyUs.percentile(percent / 100))}`,
    ),
    '',
    ...detailsOf(result, notes),
    '',
    'Status code distribution:',
    ...[...tally.statuses]
      .toSorted(([a], [b]) => a - b)
      .map(([code, count]) => `  [${code}]\t${count} responses`),
    '',
    ...errorsOf(result),
    '',
    notes.render(page.width),
  ].join('\n')
}

function summaryOf(result: LoadResult, notes: Footnotes): string[] {
  const { planned, seconds, bytesReceived } = summarizeLoad(result)
  const { latencyUs } = result.tally
  const total = seconds.attack + seconds.wait
  const data =
    bytesReceived === 0 || latencyUs.count === 0
      ? ['  ']
      : [
          '  ',
          notes.mark(
            `  Total data:\t${bytesReceived} bytes`,
            'Total data, Size/request: heads and bodies; hey counts bodies.',
          ),
          `  Size/request:\t${Math.floor(bytesReceived / latencyUs.count)} bytes`,
        ]
  return [
    '',
    'Summary:',
    `  Total:\t${total.toFixed(4)} secs`,
    `  Slowest:\t${secs(latencyUs.max)}`,
    `  Fastest:\t${secs(latencyUs.min)}`,
    notes.mark(
      `  Average:\t${secs(latencyUs.mean)}`,
      'Slowest, Fastest, Average and what follows: of answered requests, from the moment the plan wanted them sent.',
    ),
    `  Requests/sec:\t${(total === 0 ? 0 : planned / total).toFixed(4)}`,
    ...data,
  ]
}

/** One bar at the fastest, ten above it, as wide as each other. */
function histogramOf(us: Distribution): string[] {
  if (us.count === 0) return []
  const step = (us.max - us.min) / BARS
  const marks = Array.from({ length: BARS + 1 }, (_, bar) =>
    bar === BARS ? us.max : us.min + step * bar,
  )
  const upTo = marks.map((mark) => us.countUpTo(mark))
  const counts = upTo.map((count, bar) => count - (upTo[bar - 1] ?? 0))
  const most = Math.max(...counts)
  return marks.map((mark, bar) => {
    const length = Math.floor((counts[bar]! * BAR_WIDTH + Math.floor(most / 2)) / most)
    return `  ${(mark / 1e6).toFixed(3)} [${counts[bar]}]\t|${'■'.repeat(length)}`
  })
}

function detailsOf({ tally }: LoadResult, notes: Footnotes): string[] {
  const { untilSentUs, untilAnswerUs, untilEndUs } = tally
  return [
    'Details (average, fastest, slowest):',
    notes.mark(
      line('DNS+dialup', untilSentUs),
      'DNS+dialup: until the request was sent, with what the generator was late. DNS-lookup and req write are parts of it that are not measured apart.',
    ),
    `  DNS-lookup:\t${UNKNOWN}`,
    `  req write:\t${UNKNOWN}`,
    line('resp wait', untilAnswerUs),
    line('resp read', untilEndUs),
  ]
}

function line(name: string, us: Distribution): string {
  return `  ${name}:\t${secs(us.mean)}, ${secs(us.min)}, ${secs(us.max)}`
}

/** Statuses are answers to hey, whatever they are. */
function errorsOf({ tally }: LoadResult): string[] {
  const failed = [...tally.outcomes].filter(([outcome]) => !isAnswered(outcome))
  if (failed.length === 0) return ['']
  return [
    'Error distribution:',
    ...failed.map(([outcome, count]) => `  [${count}]\t${outcome}: ${OUTCOME_MEANING[outcome]}`),
  ]
}

/** Seconds of a duration in microseconds. */
function secs(us: number): string {
  return `${(us / 1e6).toFixed(4)} secs`
}
