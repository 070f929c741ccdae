import type { IntOrString } from '../../../src/api/meta.ts'
import type { Scenario, Wish } from '../scenario.ts'
import { budget, image, patch, readyAtOnce, roll, settled, unready, ready } from '../steps.ts'

/** Replicas, surge, unavailable; undefined: the default of 25 % each. */
const BUDGETS: readonly (readonly [number, IntOrString?, IntOrString?])[] = [
  [1],
  [2],
  [4],
  [10],
  [0],
  [3, 1, 0],
  [3, 0, 1],
  [4, '100%', 0],
  [4, 0, '100%'],
  [3, '50%', '50%'],
  [5, 2, 1],
  [5, 1, 3],
  [7, '30%', 0],
  [6, 10, 10],
  // Both are zero after rounding: one pod may be unavailable all the same.
  [3, 0, '10%'],
]

const ROLLS: readonly Scenario[] = BUDGETS.map(([replicas, surge, unavailable]) => {
  const budgets = surge === undefined || unavailable === undefined ? {} : { surge, unavailable }
  const wish: Wish = { replicas, image: 'v1', ...budgets }
  const word = surge === undefined ? 'default' : `${surge}-${unavailable}`.replaceAll('%', 'pct')
  return {
    name: `roll-${replicas}-${word}`,
    about: 'A new image, whose pods become ready one after another.',
    steps:
      replicas === 0
        ? [{ do: 'create', wish }, image('v2')]
        : [...settled(wish), image('v2'), roll('v2')],
  }
})

const AT_ONCE = 'pods that are ready at once are seen one after another or together'

export const ROLLING: readonly Scenario[] = [
  ...ROLLS,
  {
    name: 'roll-all-ready-at-once',
    about: 'The pods of each step become ready together.',
    steps: [
      ...settled({ replicas: 4, image: 'v1', surge: 2, unavailable: 0 }),
      image('v2'),
      readyAtOnce('v2'),
      readyAtOnce('v2'),
    ],
    accepted: [
      {
        step: 5,
        why: AT_ONCE,
        lines: {
          sizes: 'rs1:2 rs2:4 → rs1:0 rs2:4',
          'deployment ScalingReplicaSet': 'Scaled down replica set rs1 from 2 to 0',
        },
      },
    ],
  },
  {
    name: 'roll-from-unready',
    about: 'Old pods that are not ready go first, within the budget.',
    steps: [
      ...settled({ replicas: 4, image: 'v1', surge: 1, unavailable: 1 }),
      unready('v1', 2),
      image('v2'),
      roll('v2'),
    ],
  },
  {
    name: 'roll-before-the-first-is-ready',
    about: 'A new image while no pod of the old one has ever been ready.',
    steps: [
      { do: 'create', wish: { replicas: 3, image: 'v1', surge: 1, unavailable: 1 } },
      image('v2'),
      roll('v2'),
    ],
  },
  {
    name: 'roll-with-old-pods-getting-unready',
    about: 'Old pods lose their readiness in mid-rollout.',
    steps: [
      ...settled({ replicas: 5, image: 'v1', surge: 1, unavailable: 1 }),
      image('v2'),
      ready('v2'),
      unready('v1', 2),
      roll('v2'),
    ],
  },
  {
    name: 'budget-changes-in-mid-rollout',
    about: 'A larger budget, then a smaller one, while the rollout goes on.',
    steps: [
      ...settled({ replicas: 4, image: 'v1', surge: 1, unavailable: 0 }),
      image('v2'),
      budget(2, 1),
      ready('v2'),
      budget(1, 0),
      roll('v2'),
    ],
  },
  {
    name: 'budget-changes-at-rest',
    about: 'The budget of a complete Deployment changes, and then it is scaled.',
    steps: [
      ...settled({ replicas: 3, image: 'v1', surge: 1, unavailable: 0 }),
      budget('50%', 1),
      patch('scale to 4', { spec: { replicas: 4 } }),
      readyAtOnce('v1'),
    ],
  },
  {
    name: 'restart',
    about: 'Only an annotation of the template changes, as kubectl rollout restart does it.',
    steps: [
      ...settled({ replicas: 2, image: 'v1', surge: 1, unavailable: 0 }),
      patch('restart', {
        spec: {
          template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': 'now' } } },
        },
      }),
      // Pods of both templates have the image v1; only new ones are unready.
      roll('v1'),
    ],
  },
  {
    name: 'a-label-of-the-template-changes',
    about: 'A label is added to the template; the selector stays.',
    steps: [
      ...settled({ replicas: 2, image: 'v1', surge: 1, unavailable: 0 }),
      patch('label tier=front', {
        spec: { template: { metadata: { labels: { tier: 'front' } } } },
      }),
      roll('v1'),
    ],
  },
]
