import type { RunDescription } from '../verdict/recording.ts'
import type { Verdict } from '../verdict/verdict.ts'
import { renderCause } from './cause-block.ts'
import { layOut } from './layout.ts'
import { formatBound, formatCount, formatNumberOf } from './numbers.ts'
import type { Style } from './style.ts'
import { renderSummary } from './summary-block.ts'

export interface VerdictScreen {
  readonly verdict: Verdict
  readonly run: RunDescription
  readonly style: Style
  /** Where the recording lies, to be named in the summary. */
  readonly recordingDirectory?: string
}

/**
 * What is printed when a run is over: the verdict first, then the causes or the limits of the
 * proof, then the counts. At most 120 columns wide, but for words that are longer than a line.
 *
 *     process.stdout.write(renderVerdict({ verdict, run, style: PLAIN_STYLE }))
 */
export function renderVerdict({ verdict, run, style, recordingDirectory }: VerdictScreen): string {
  const parts = [
    VERDICT_LINES[verdict.verdict](verdict, style, run),
    ...verdict.causes.map((cause) =>
      renderCause(
        cause,
        cause.id === 'endpoint-propagation-race' ? verdict.margin : undefined,
        style,
      ),
    ),
    renderSummary(verdict, run, recordingDirectory),
  ]
  return parts.join('\n')
}

const VERDICT_LINES: Readonly<
  Record<Verdict['verdict'], (verdict: Verdict, style: Style, run: RunDescription) => string>
> = { proven: provenLines, dropped: droppedLine, inconclusive: inconclusiveLines }

function droppedLine({ requests, windows }: Verdict, style: Style): string {
  const { dropped, sent } = requests
  const text = `${formatCount(dropped)} of ${formatCount(sent)} requests sent during the rollout`
  const places = `in ${formatNumberOf(windows.length, 'window')}`
  return `${style.bold(style.red('DROPPED'))}  ${text}, ${places}\n`
}

function inconclusiveLines({ requests, reasons }: Verdict, style: Style): string {
  const { dropped, sent } = requests
  const count =
    sent === 0
      ? 'no request was sent during a rollout'
      : `${formatCount(dropped)} of ${formatCount(sent)} requests dropped during the rollout`
  const text = `${count}, and nothing is proven:`
  const lines = reasons.map((reason) => `${layOut('  - ', reason)}\n`)
  return `${style.bold(style.yellow('INCONCLUSIVE'))}  ${text}\n${lines.join('')}`
}

function provenLines(
  { requests, margin, limits }: Verdict,
  style: Style,
  run: RunDescription,
): string {
  const { dropped, sent, dropRateMax } = requests
  const bound =
    dropRateMax === undefined
      ? `, ${formatCount(run.expect.droppedMax)} allowed`
      : `: drop rate below ${formatBound(dropRateMax)} (95 % confidence)`
  const text = `${formatCount(dropped)} of ${formatCount(sent)} requests dropped during the rollout${bound}`
  const lines = [
    `${style.bold(style.green('PROVEN'))}  ${text}`,
    ...(margin === undefined ? [] : ['', layOut('  Margin      ', margin.message)]),
    '',
    ...limits.map((limit, index) =>
      layOut(index === 0 ? '  Not tested  ' : '              ', limit),
    ),
  ]
  return `${lines.join('\n')}\n`
}
