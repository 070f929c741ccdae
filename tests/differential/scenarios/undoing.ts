import type { Scenario } from '../scenario.ts'
import { annotate, image, patch, ready, roll, scale, settled, undo } from '../steps.ts'

const CAUSE = 'kubernetes.io/change-cause'

export const UNDOING: readonly Scenario[] = [
  {
    name: 'undo',
    about: 'Back to the image before, and back again.',
    steps: [
      ...settled({ replicas: 3, image: 'v1', surge: 1, unavailable: 0 }),
      image('v2'),
      roll('v2'),
      undo(),
      roll('v1'),
      undo(),
      roll('v2'),
    ],
  },
  {
    name: 'undo-in-mid-rollout',
    about: 'The old ReplicaSet becomes the new one while both have pods.',
    steps: [
      ...settled({ replicas: 4, image: 'v1', surge: 1, unavailable: 1 }),
      image('v2'),
      ready('v2'),
      undo(),
      roll('v1'),
    ],
  },
  {
    name: 'undo-before-anything-is-ready',
    about: 'The new pods never became ready.',
    steps: [
      ...settled({ replicas: 3, image: 'v1', surge: 1, unavailable: 0 }),
      image('v2'),
      undo(),
    ],
  },
  {
    name: 'undo-to-a-revision',
    about: 'The first of three revisions becomes the fourth.',
    steps: [
      ...settled({ replicas: 2, image: 'v1', surge: 1, unavailable: 0 }),
      image('v2'),
      roll('v2'),
      image('v3'),
      roll('v3'),
      undo(1),
      roll('v1'),
      undo(2),
      roll('v2'),
      undo(4),
      roll('v1'),
    ],
  },
  {
    name: 'undo-to-the-current-revision',
    about: 'Nothing changes.',
    steps: [...settled({ replicas: 2, image: 'v1' }), image('v2'), roll('v2'), undo(2)],
  },
  {
    name: 'undo-after-scaling',
    about: 'The size stays, the template goes back.',
    steps: [
      ...settled({ replicas: 2, image: 'v1', surge: 1, unavailable: 0 }),
      image('v2'),
      roll('v2'),
      scale(4),
      ready('v2', 2),
      undo(),
      roll('v1'),
    ],
  },
  {
    name: 'change-cause',
    about:
      'The reason that users note for a revision flows to its ReplicaSet, and comes back with an undo.',
    steps: [
      ...settled({ replicas: 1, image: 'v1', annotations: { [CAUSE]: 'first', team: 'a' } }),
      patch('image v2, because second', {
        metadata: { annotations: { [CAUSE]: 'second' } },
        spec: { template: { spec: { containers: [{ name: 'web', image: 'web:v2' }] } } },
      }),
      roll('v2'),
      annotate({ team: 'b' }),
      undo(),
      roll('v1'),
    ],
  },
  {
    name: 'annotation-is-removed',
    about: 'What flowed to the ReplicaSet stays there.',
    steps: [
      ...settled({ replicas: 1, image: 'v1', annotations: { team: 'a' } }),
      annotate({ team: null, other: 'x' }),
    ],
  },
]
