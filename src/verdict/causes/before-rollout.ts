import { endingOf, type EndingShare, type EndingShares, keyOf } from '../endings.ts'
import type { Case, Cause } from './cause.ts'
import { concernedPods } from './concerned-objects.ts'

/** More often than this many times the baseline's rate is no longer "as before". */
const ALIKE_FACTOR = 2

/**
 * What fails without a rollout as well is not the rollout's doing: an app that errs now and then,
 * an idle timeout shorter than the client's. It is told apart, and it never makes a verdict `dropped`.
 */
export const beforeRollout: Cause<EndingShares> = {
  id: 'before-rollout',
  title: 'requests ended like this before the rollout, too',

  recognise({ record }, view) {
    const evidence = view.endings.sharesOf(record)
    const { baseline, window } = evidence
    if (baseline.alike === 0) return undefined
    const expected = (baseline.alike / baseline.sent) * window.sent
    return window.alike <= Math.max(1, expected * ALIKE_FACTOR) ? evidence : undefined
  },

  explain(cases, view) {
    const alike = [...Map.groupBy(cases, ({ drop }) => keyOf(drop.record)).values()].map(tellOf)
    const [first, ...others] = alike.sort((a, b) => (a.words < b.words ? -1 : 1))
    const rest = others.map(({ words, shares }) => `; with ${words}: ${shares}`).join('')
    return {
      objects: concernedPods(cases, view),
      explanation: `Requests ended with ${first?.words} without any rollout: ${first?.shares}${rest}.`,
    }
  },
}

/** Of requests that ended alike. */
function tellOf(cases: readonly Case<EndingShares>[]): { words: string; shares: string } {
  const words = [...new Set(cases.map(({ drop }) => endingOf(drop.record)))].sort().join(' or ')
  const shares = cases[0]?.evidence
  return {
    words,
    shares: `${told(shares?.baseline)} in the baseline, ${told(shares?.window)} in the rollout`,
  }
}

function told(share: EndingShare | undefined): string {
  return `${share?.alike ?? 0} of ${share?.sent ?? 0} requests`
}
