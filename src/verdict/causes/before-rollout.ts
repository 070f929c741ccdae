import { endingOf, type EndingShare, type EndingShares, keyOf } from '../endings.ts'
import type { RunView } from '../run-view.ts'
import type { Case, Cause } from './cause.ts'
import { concernedPods } from './concerned-objects.ts'

/** More often than this many times the baseline's rate is no longer "as before". */
const ALIKE_FACTOR = 2
/** Those that most requests had. */
const ENDINGS_MAX = 5

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

/** Of a service that drops so many requests without a rollout, nothing can be said about one. */
const BROKEN_SHARE = 0.5

export function isBrokenBefore({ endings: { droppedBefore } }: RunView): boolean {
  const { alike, sent } = droppedBefore
  return alike > 0 && alike >= sent * BROKEN_SHARE
}

/** In place of all causes where the service did not work: what its pods do meanwhile explains nothing. */
export const brokenBefore: Cause<EndingShare> = {
  ...beforeRollout,

  recognise: (_, view) => view.endings.droppedBefore,

  explain(cases, view) {
    const endings = [...Map.groupBy(cases, ({ drop }) => endingOf(drop.record))]
      .sort(([a, ours], [b, theirs]) => theirs.length - ours.length || (a < b ? -1 : 1))
      .map(([words, own]) => `${own.length} × ${words}`)
    return {
      objects: concernedPods(cases, view),
      explanation:
        `The service did not work before the rollout: ${told(cases[0]?.evidence)} were dropped in the baseline. ` +
        `In the rollout: ${endings.slice(0, ENDINGS_MAX).join(', ')}.`,
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
