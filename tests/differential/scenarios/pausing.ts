import type { Scenario } from '../scenario.ts'
import {
  create,
  deletePods,
  image,
  pause,
  ready,
  readyAtOnce,
  resume,
  roll,
  scale,
  settled,
  unready,
} from '../steps.ts'

export const PAUSING: readonly Scenario[] = [
  {
    name: 'pause-in-mid-rollout',
    about: 'Pods that become ready while it is paused move nothing.',
    steps: [
      ...settled({ replicas: 4, image: 'v1', surge: 1, unavailable: 1 }),
      image('v2'),
      ready('v2'),
      pause(),
      ready('v2'),
      resume(),
      roll('v2'),
    ],
  },
  {
    name: 'pause-then-image',
    about: 'An image that changes while paused is rolled out on resume.',
    steps: [
      ...settled({ replicas: 3, image: 'v1', surge: 1, unavailable: 0 }),
      pause(),
      image('v2'),
      resume(),
      roll('v2'),
    ],
  },
  {
    name: 'pause-then-several-images',
    about: 'Only the last of them gets a revision.',
    steps: [
      ...settled({ replicas: 2, image: 'v1' }),
      pause(),
      image('v2'),
      image('v3'),
      resume(),
      roll('v3'),
    ],
  },
  {
    name: 'pause-and-change-back',
    about: 'An image that was changed back before the resume makes no rollout.',
    steps: [...settled({ replicas: 2, image: 'v1' }), pause(), image('v2'), image('v1'), resume()],
  },
  {
    name: 'created-paused',
    about: 'No ReplicaSet until it is resumed.',
    steps: [
      create({ replicas: 2, image: 'v1', paused: true }),
      scale(3),
      resume(),
      readyAtOnce('v1'),
    ],
  },
  {
    name: 'pause-at-rest',
    about: 'A paused Deployment is scaled, and replaces its pods.',
    steps: [
      ...settled({ replicas: 2, image: 'v1' }),
      pause(),
      scale(3),
      readyAtOnce('v1'),
      deletePods('v1'),
      readyAtOnce('v1'),
      unready('v1', 2),
      resume(),
    ],
  },
  {
    name: 'pause-with-rollover',
    about: 'Paused in mid-rollout, it gets a third image.',
    steps: [
      ...settled({ replicas: 4, image: 'v1', surge: 1, unavailable: 1 }),
      image('v2'),
      ready('v2'),
      pause(),
      image('v3'),
      resume(),
      roll('v3'),
    ],
  },
]
