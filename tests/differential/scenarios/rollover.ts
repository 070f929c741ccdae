import type { Scenario } from '../scenario.ts'
import { image, ready, roll, scale, settled, unready } from '../steps.ts'

export const ROLLOVER: readonly Scenario[] = [
  {
    name: 'rollover',
    about: 'A third image while the second is on its way.',
    steps: [
      ...settled({ replicas: 4, image: 'v1', surge: 1, unavailable: 1 }),
      image('v2'),
      ready('v2', 2),
      image('v3'),
      roll('v3'),
    ],
  },
  {
    name: 'rollover-of-unready',
    about: 'No pod of the second image has become ready.',
    steps: [...settled({ replicas: 10, image: 'v1' }), image('v2'), image('v3'), roll('v3')],
  },
  {
    name: 'rollover-thrice',
    about: 'A new image again and again.',
    steps: [
      ...settled({ replicas: 5, image: 'v1', surge: 2, unavailable: 1 }),
      image('v2'),
      ready('v2'),
      image('v3'),
      ready('v3'),
      image('v4'),
      ready('v4'),
      image('v5'),
      roll('v5'),
    ],
  },
  {
    name: 'rollover-and-back',
    about: 'The first image again while the second is on its way.',
    steps: [
      ...settled({ replicas: 4, image: 'v1', surge: 1, unavailable: 1 }),
      image('v2'),
      ready('v2', 2),
      image('v1'),
      roll('v1'),
    ],
  },
  {
    name: 'rollover-to-an-old-one-with-pods',
    about: 'From the third image back to the second, of which pods are still there.',
    steps: [
      ...settled({ replicas: 5, image: 'v1', surge: 2, unavailable: 0 }),
      image('v2'),
      ready('v2', 2),
      image('v3'),
      ready('v3'),
      image('v2'),
      roll('v2'),
    ],
  },
  {
    name: 'rollover-with-unready-old-pods',
    about: 'Unready pods of all old ReplicaSets go first.',
    steps: [
      ...settled({ replicas: 8, image: 'v1', surge: 2, unavailable: 3 }),
      image('v2'),
      ready('v2', 2),
      unready('v1', 2),
      image('v3'),
      roll('v3'),
    ],
  },
  {
    name: 'rollover-and-scale',
    about: 'A third image, and then another size.',
    steps: [
      ...settled({ replicas: 4, image: 'v1', surge: 1, unavailable: 1 }),
      image('v2'),
      ready('v2'),
      image('v3'),
      scale(6),
      roll('v3'),
    ],
  },
]
