import { parseEvent, type TimedEvent } from './events.ts'
import type { TimingRow } from './row.ts'

export type Judgement =
  | { readonly kind: 'agreed'; readonly withinMs: number }
  /** The machine was so late that a probe may have missed its turn: nothing can be said of the node. */
  | { readonly kind: 'not judged'; readonly lateMs: number }
  | { readonly kind: 'off'; readonly why: string }

/** Clocks and timers do not agree to the millisecond. */
const EARLY_MS_MAX = 30
/** Besides what the machine was late. */
const LATE_MS_MAX = 200
/**
 * A life in which the machine was later is not judged. The table leaves half a second between what a program does and the
 * next probe, which is missed by a later one; less than that makes no row late by a whole period.
 */
const JUDGED_LATE_MS_MAX = 450

/**
 * Whether a life was as the table says. `lateMs`: how late the machine was with what the life is made of, which is starts of
 * processes and timers, of the node and of the programs.
 */
export function judgeLife(
  { expected }: Pick<TimingRow, 'expected'>,
  events: readonly TimedEvent[],
  lateMs: number,
): Judgement {
  if (lateMs > JUDGED_LATE_MS_MAX) return { kind: 'not judged', lateMs }
  const left = [...events]
  let withinMs = 0
  for (const { atMs, text } of expected.map(parseEvent)) {
    const index = left.findIndex((event) => event.text === text)
    const [found] = index === -1 ? [] : left.splice(index, 1)
    if (found === undefined) return { kind: 'off', why: `${text} is missing` }
    const offMs = found.atMs - atMs
    if (offMs < -EARLY_MS_MAX) return { kind: 'off', why: `${text} is ${round(-offMs)} ms early` }
    if (offMs > LATE_MS_MAX + lateMs) {
      const why = `${text} is ${round(offMs)} ms late, the machine ${round(lateMs)} ms`
      return { kind: 'off', why }
    }
    withinMs = Math.max(withinMs, Math.abs(offMs))
  }
  const lastMs = Math.max(...expected.map((line) => parseEvent(line).atMs))
  const more = left.find(({ atMs }) => atMs < lastMs - LATE_MS_MAX)
  if (more === undefined) return { kind: 'agreed', withinMs }
  return { kind: 'off', why: `${more.text} at ${round(more.atMs)} ms is not in the table` }
}

export function describeJudgement(judgement: Judgement): string {
  switch (judgement.kind) {
    case 'agreed':
      return `agreed within ${round(judgement.withinMs)} ms`
    case 'not judged':
      return `not judged: the machine was late by ${round(judgement.lateMs)} ms`
    case 'off':
      return `off: ${judgement.why}`
  }
}

function round(ms: number): number {
  return Math.round(ms)
}
