import type { Scenario } from '../scenario.ts'
import {
  create,
  image,
  mark,
  pause,
  patch,
  ready,
  readyAtOnce,
  resume,
  roll,
  scale,
  settled,
  unready,
} from '../steps.ts'

const COST = 'controller.kubernetes.io/pod-deletion-cost'

export const SCALING: readonly Scenario[] = [
  {
    name: 'scale-up-and-down',
    about: 'A complete Deployment is scaled; that is no rollout.',
    steps: [...settled({ replicas: 2, image: 'v1' }), scale(5), readyAtOnce('v1'), scale(1)],
  },
  {
    name: 'scale-to-zero-and-back',
    about: 'No pods, and then pods again.',
    steps: [...settled({ replicas: 2, image: 'v1' }), scale(0), scale(2), readyAtOnce('v1')],
  },
  {
    name: 'scale-before-ready',
    about: 'Scaled while the first pods are not ready yet.',
    steps: [create({ replicas: 2, image: 'v1' }), scale(4), ready('v1', 2), scale(3), roll('v1')],
  },
  {
    name: 'scale-up-in-mid-rollout',
    about: 'Each ReplicaSet gets its share of the new pods.',
    steps: [
      ...settled({ replicas: 10, image: 'v1' }),
      image('v2'),
      scale(16),
      ready('v2', 2),
      scale(18),
    ],
  },
  {
    name: 'scale-down-in-mid-rollout',
    about: 'Each ReplicaSet loses its share.',
    steps: [
      ...settled({ replicas: 10, image: 'v1' }),
      image('v2'),
      ready('v2', 3),
      scale(6),
      scale(4),
      roll('v2'),
    ],
  },
  {
    name: 'scale-up-paused',
    about: 'In mid-rollout, paused: sizes stay in proportion.',
    steps: [
      ...settled({ replicas: 6, image: 'v1' }),
      image('v2'),
      ready('v2'),
      pause(),
      scale(10),
      readyAtOnce('v1'),
      readyAtOnce('v2'),
      resume(),
      roll('v2'),
    ],
  },
  {
    name: 'scale-three-replica-sets',
    about: 'Three ReplicaSets with pods share what comes and what goes.',
    steps: [
      ...settled({ replicas: 10, image: 'v1' }),
      image('v2'),
      ready('v2', 2),
      image('v3'),
      pause(),
      scale(15),
      scale(7),
      scale(3),
    ],
  },
  {
    name: 'scale-to-zero-in-mid-rollout',
    about: 'Zero ends the rollout at once; back from there all pods are new.',
    steps: [
      ...settled({ replicas: 4, image: 'v1' }),
      image('v2'),
      ready('v2'),
      scale(0),
      scale(4),
      readyAtOnce('v2'),
    ],
  },
  {
    name: 'scale-with-a-new-image',
    about: 'Image and size change in one patch.',
    steps: [
      ...settled({ replicas: 3, image: 'v1', surge: 1, unavailable: 0 }),
      patch('image v2, scale to 5', {
        spec: {
          replicas: 5,
          template: { spec: { containers: [{ name: 'web', image: 'web:v2' }] } },
        },
      }),
      readyAtOnce('v1'),
      roll('v2'),
    ],
  },
  {
    name: 'scale-down-with-a-new-image',
    about: 'A new image and fewer pods in one patch.',
    steps: [
      ...settled({ replicas: 6, image: 'v1', surge: 1, unavailable: 1 }),
      patch('image v2, scale to 3', {
        spec: {
          replicas: 3,
          template: { spec: { containers: [{ name: 'web', image: 'web:v2' }] } },
        },
      }),
      roll('v2'),
    ],
  },
  {
    name: 'scale-twice-in-mid-rollout',
    about: 'Up and down again before anything becomes ready.',
    steps: [
      ...settled({ replicas: 5, image: 'v1', surge: 2, unavailable: 1 }),
      image('v2'),
      scale(9),
      scale(5),
      roll('v2'),
    ],
  },
  {
    name: 'scale-down-unready-first',
    about: 'Surplus pods that are not ready go before those that are.',
    steps: [
      ...settled({ replicas: 4, image: 'v1' }),
      unready('v1', 2),
      mark('v1', 'ready', 'ready'),
      scale(3),
      scale(2),
    ],
  },
  {
    name: 'scale-down-by-deletion-cost',
    about:
      'Among ready pods the cheap go first; an unready one goes before them, whatever it costs.',
    steps: [
      ...settled({ replicas: 4, image: 'v1' }),
      mark('v1', 'ready', 'cheap', { [COST]: '-5' }),
      mark('v1', 'ready', 'dear', { [COST]: '100' }),
      unready('v1'),
      scale(3),
      scale(2),
      scale(1),
    ],
  },
]
