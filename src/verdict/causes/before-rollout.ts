import { endingOf, type EndingShare, type EndingShares } from '../endings.ts'
import type { Cause } from './cause.ts'
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
    const words = [...new Set(cases.map(({ drop }) => endingOf(drop.record)))].sort().join('; ')
    const shares = cases[0]?.evidence
    return {
      objects: concernedPods(cases, view),
      explanation:
        `Requests ended with ${words} without any rollout: ${told(shares?.baseline)} in the baseline, ` +
        `${told(shares?.window)} in the rollout.`,
    }
  },
}

function told(share: EndingShare | undefined): string {
  return `${share?.alike ?? 0} of ${share?.sent ?? 0} requests`
}
