import { shorten } from './layout.ts'
import type { LoadScene, Page } from './load-view.ts'
import { formatCount } from './numbers.ts'

const BAR_WIDTH = 20

/** How far a run is: what it does, how long it has been at it and how long it will be, as far as the plan tells. */
export function renderProgress(scene: LoadScene, { width, style }: Page): string {
  const { description, elapsedSeconds, startedAt } = scene
  const { seconds, requestsMax } = description
  if (startedAt === undefined) return style.dim('getting ready …')
  const part = partOf(scene)
  const done = `${formatCount(scene.tally.planned)}${requestsMax === undefined ? '' : ` of ${formatCount(requestsMax)}`} requests`
  const time = `${Math.floor(elapsedSeconds)}s${seconds === undefined ? '' : ` of ${Math.ceil(seconds)}s`}`
  const phase = part !== undefined && part >= 1 ? 'waiting for the last answers' : 'sending'
  const bar = part === undefined ? '' : ` ${barOf(part)} ${Math.floor(Math.min(1, part) * 100)} %`
  return style.dim(shorten(`${phase}${bar}  ${time}  ${done}`, width - 1))
}

/** 0 to 1 and, when all is sent, above; undefined when the plan does not tell. */
function partOf({ description, elapsedSeconds, tally }: LoadScene): number | undefined {
  const { seconds, requestsMax } = description
  const parts = [
    ...(seconds === undefined ? [] : [elapsedSeconds / seconds]),
    ...(requestsMax === undefined ? [] : [tally.planned / requestsMax]),
  ]
  return parts.length === 0 ? undefined : Math.max(...parts)
}

function barOf(part: number): string {
  const full = Math.min(BAR_WIDTH, Math.floor(part * BAR_WIDTH))
  return '█'.repeat(full) + '░'.repeat(BAR_WIDTH - full)
}
