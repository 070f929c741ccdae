import type { LoadDescription, LoadResult } from '../../timeline/load-summary.ts'
import type { LoadTally } from '../../timeline/load-tally.ts'
import { isAnswered } from '../../timeline/outcome.ts'
import type { LoadView, Page } from '../load-view.ts'
import { formatCount } from '../numbers.ts'
import { Footnotes } from './footnotes.ts'

/** The live table of go-stress-testing: every row is everything since the start. Only its qps is another one: counted. */
export const STRESS_VIEW: LoadView = {
  header: () => `\n\n${RULE_ABOVE}\n${NAMES}\n${RULE_BELOW}\n`,
  row: ({ description, tally, row, isLive = false }) =>
    isLive ? '' : `${rowOf(description, tally, row.second + 1)}\n`,
  summary: renderSummary,
  omitsImpediments: true,
}

const RULE_ABOVE =
  '─────┬───────┬───────┬───────┬────────┬────────┬────────┬────────┬────────┬────────┬────────'
const NAMES =
  ' 耗时│ 并发数│ 成功数│ 失败数│   qps  │最长耗时│最短耗时│平均耗时│下载字节│字节每秒│ 状态码'
const RULE_BELOW = RULE_ABOVE.replaceAll('┬', '┼')

function rowOf(description: LoadDescription, tally: LoadTally, seconds: number): string {
  const { ok, latencyUs, bytesReceived } = tally
  const counted = secondsOf(tally)
  const cells = [
    `${Math.max(seconds, counted).toFixed(0).padStart(4)}s`,
    String(concurrencyOf(description)).padStart(7),
    String(ok).padStart(7),
    String(failuresOf(tally)).padStart(7),
    ...[
      counted === 0 ? 0 : ok / counted,
      latencyUs.max / 1_000,
      latencyUs.min / 1_000,
      latencyUs.mean / 1_000,
    ].map((value) => value.toFixed(2).padStart(8)),
    (bytesReceived === 0 ? '' : formatCount(bytesReceived)).padStart(8),
    (bytesReceived === 0 || counted === 0
      ? ''
      : formatCount(Math.floor(bytesReceived / counted))
    ).padStart(8),
    codesOf(tally),
  ]
  return cells.join('│')
}

/** As text they are sorted, as in the original; in place of its made-up codes 509 and 510 stand outcomes. */
function codesOf({ statuses, outcomes }: LoadTally): string {
  const withoutStatus = [...outcomes].filter(([outcome]) => !isAnswered(outcome))
  return [...statuses, ...withoutStatus]
    .map(([code, count]) => `${code}:${count}`)
    .toSorted()
    .join(';')
}

function renderSummary({ description, tally }: LoadResult, { width }: Page): string {
  const seconds = secondsOf(tally)
  const notes = new Footnotes()
  const users = String(concurrencyOf(description))
  const at = (fraction: number) => (tally.latencyUs.percentile(fraction) / 1_000).toFixed(3)
  const lines = [
    rowOf(description, tally, seconds),
    '',
    '',
    '*************************  结果 stat  ****************************',
    `处理协程数量: ${
      description.users === undefined
        ? notes.mark(
            users,
            '并发数: an open loop has no waiting users; this is the number of connections that it keeps.',
          )
        : users
    }`,
    `请求总数（并发数*请求数 -c * -n）: ${tally.planned} 总请求时间: ${seconds.toFixed(3)} 秒 ` +
      `successNum: ${tally.ok} failureNum: ${failuresOf(tally)}`,
    `tp90: ${at(0.9)}`,
    `tp95: ${at(0.95)}`,
    `tp99: ${at(0.99)}`,
    '*************************  结果 end   ****************************',
    '',
    '',
  ]
  notes.mark(
    '',
    'qps is counted: successes divided by seconds. go-stress-testing computes it from latencies.',
  )
  notes.mark('', '下载字节: heads and bodies. 耗时: answered requests, from the intended start.')
  return `${lines.join('\n')}\n${notes.render(width)}`
}

function concurrencyOf({ users, connections }: LoadDescription): number {
  return users ?? connections
}

function failuresOf({ dropped, notSent }: LoadTally): number {
  return dropped + notSent
}

/** From the first slot to the last end: the time in which everything counted until now has happened. */
function secondsOf({ firstIntendedAt, lastEndedAt }: LoadTally): number {
  return lastEndedAt > firstIntendedAt ? (lastEndedAt - firstIntendedAt) / 1e9 : 0
}
