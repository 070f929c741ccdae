import type { LoadTally } from '../../timeline/load-tally.ts'
import { OUTCOME_MEANING } from '../../timeline/outcome.ts'
import { shorten } from '../layout.ts'
import type { LoadScene, LoadView, Page, Screen } from '../load-view.ts'
import { formatCount, formatMsIfAny, formatShare } from '../numbers.ts'
import { renderProgress } from '../load-progress.ts'
import { ROWS_VIEW } from './rows-view.ts'
import { sparkline } from './sparkline.ts'

/** A dashboard on a terminal; elsewhere, rows. The end is that of the rows. */
export const TUI_VIEW: LoadView = { ...ROWS_VIEW, frame: renderFrame }

const LABEL_WIDTH = 8
const FIGURE_WIDTH = 24
/** Lines without outcomes and events. */
const FIXED_LINES = 11
/** Outcomes take no more than this part of the lines that are left. */
const OUTCOMES_SHARE = 0.6

/** At most `height` lines, at most `width` columns each. */
function renderFrame(scene: LoadScene, screen: Screen): string {
  const { style, width } = screen
  const { description, tally } = scene
  const free = Math.max(2, screen.height - FIXED_LINES)
  const outcomes = outcomesOf(scene, screen).slice(0, Math.max(1, Math.ceil(free * OUTCOMES_SHARE)))
  const events = eventsOf(scene).slice(-Math.max(1, free - outcomes.length))
  const lines = [
    style.bold(shorten(`hitless load ${description.url}`, width - 1)),
    renderProgress(scene, screen),
    '',
    ...chartsOf(scene, screen),
    '',
    style.dim('outcomes'),
    ...outcomes,
    style.dim('events'),
    ...(events.length === 0
      ? [style.dim('  none')]
      : events.map((event) => shorten(`  ${event}`, width - 1))),
  ]
  const dropped = `${formatCount(tally.dropped)} dropped of ${formatCount(tally.planned)}`
  const last = (tally.dropped > 0 ? style.red : style.green)(shorten(dropped, width - 1))
  return `${[...lines.slice(0, Math.max(1, screen.height - 2)), last].join('\n')}\n`
}

/** The figures of the last second, and behind them those of the seconds before it, each chart on a scale of its own. */
function chartsOf({ rows }: LoadScene, { style, width }: Page): string[] {
  const last = rows.at(-1)
  const goal =
    last === undefined || last.planned === 0 ? 1 : (last.planned - last.notSent) / last.planned
  const chart = (
    label: string,
    values: readonly (number | undefined)[],
    figure: string,
    tint = (text: string) => text,
  ) => {
    const line = sparkline(values, width - LABEL_WIDTH - FIGURE_WIDTH - 1)
    return shortened(
      `${label.padEnd(LABEL_WIDTH)}${figure.padEnd(FIGURE_WIDTH)}`,
      line,
      tint,
      width,
    )
  }
  return [
    chart(
      'ok/s',
      rows.map(({ ok }) => ok),
      `${formatCount(last?.ok ?? 0)}/s, ${formatShare(goal)} of goal`,
      style.green,
    ),
    chart(
      'drop/s',
      rows.map(({ dropped }) => (dropped === 0 ? undefined : dropped)),
      `${formatCount(last?.dropped ?? 0)}/s`,
      style.red,
    ),
    chart(
      'p50',
      rows.map(({ latencyMs }) => latencyMs?.p50),
      formatMsIfAny(last?.latencyMs?.p50),
    ),
    chart(
      'p99',
      rows.map(({ latencyMs }) => latencyMs?.p99),
      `${formatMsIfAny(last?.latencyMs?.p99)}, max ${formatMsIfAny(last?.latencyMs?.max)}`,
    ),
  ]
}

function shortened(
  head: string,
  tail: string,
  tint: (text: string) => string,
  width: number,
): string {
  return tail === '' ? shorten(head.trimEnd(), width - 1) : `${head}${tint(tail)}`
}

/** The most frequent first. */
function outcomesOf({ tally }: LoadScene, { style, width }: Page): string[] {
  const entries = [...tally.outcomes].toSorted(([, a], [, b]) => b - a)
  return entries.map(([outcome, count]) => {
    const label = `  ${outcome.padEnd(22)}${formatCount(count).padStart(10)}`
    const share = formatShare(count / Math.max(1, tally.planned)).padStart(8)
    const meaning = outcome === 'ok' ? statusesOf(tally) : OUTCOME_MEANING[outcome]
    const line = shorten(`${label}${share}  ${meaning}`, width - 1)
    return outcome === 'ok' ? line : style.red(line)
  })
}

function statusesOf({ statuses }: LoadTally): string {
  return [...statuses].map(([code, count]) => `${code}:${count}`).join(' ')
}

/** The first and the last of each failure, and what the generator had to tell, in order. */
function eventsOf({ tally, startedAt = 0, notes }: LoadScene): string[] {
  const seconds = (ns: number) => (ns - startedAt) / 1e9
  const failures = [...tally.samples].flatMap(([outcome, { first, last }]) => [
    { atSeconds: seconds(first.intendedAt), text: `first ${outcome}` },
    ...(last === first ? [] : [{ atSeconds: seconds(last.intendedAt), text: `latest ${outcome}` }]),
  ])
  return [...failures, ...notes]
    .toSorted((a, b) => a.atSeconds - b.atSeconds)
    .map(({ atSeconds, text }) => `${atSeconds.toFixed(3).padStart(9)}s  ${text}`)
}
