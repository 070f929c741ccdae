import type { Scenario, Wish } from '../scenario.ts'
import {
  annotate,
  create,
  deletePods,
  fail,
  gone,
  image,
  pause,
  patch,
  ready,
  readyAtOnce,
  resume,
  roll,
  scale,
  settled,
  undo,
} from '../steps.ts'

const RECREATE: Wish = { replicas: 3, image: 'v1', strategy: 'Recreate' }
const LINGERING: Wish = { ...RECREATE, lingering: true }

export const RECREATING: readonly Scenario[] = [
  {
    name: 'recreate',
    about: 'All old pods go before the first new one comes.',
    steps: [...settled(RECREATE), image('v2'), ready('v2'), roll('v2'), undo(), readyAtOnce('v1')],
  },
  {
    name: 'recreate-waits-for-terminating-pods',
    about: 'No new ReplicaSet until the last old pod is gone.',
    steps: [...settled(LINGERING), image('v2'), gone('v1', 2), gone('v1', 1), readyAtOnce('v2')],
  },
  {
    name: 'recreate-with-an-image-that-never-was',
    about: 'An image that is replaced during the wait gets no ReplicaSet and no revision.',
    steps: [...settled(LINGERING), image('v2'), image('v3'), gone('v1'), readyAtOnce('v3')],
  },
  {
    name: 'recreate-scaled-while-waiting',
    about: 'The size changes while old pods terminate.',
    steps: [...settled(LINGERING), image('v2'), scale(2), gone('v1'), readyAtOnce('v2')],
  },
  {
    name: 'recreate-paused-while-waiting',
    about: 'Paused while old pods terminate.',
    steps: [...settled(LINGERING), image('v2'), pause(), gone('v1'), resume(), readyAtOnce('v2')],
  },
  {
    name: 'recreate-undone-while-waiting',
    about: 'The old image is wanted again before the new one had a pod.',
    steps: [...settled(LINGERING), image('v2'), image('v1'), gone('v1'), readyAtOnce('v1')],
  },
  {
    name: 'recreate-with-a-finished-pod',
    about:
      'A pod that has ended by itself is not waited for, yet nobody looks until something else changes.',
    steps: [
      ...settled(LINGERING),
      fail('v1'),
      image('v2'),
      gone('v1'),
      annotate({ wake: 'up' }),
      readyAtOnce('v2'),
    ],
  },
  {
    name: 'recreate-scaled-at-rest',
    about: 'Scaling has nothing to do with the strategy.',
    steps: [...settled(RECREATE), scale(5), readyAtOnce('v1'), scale(2)],
  },
  {
    name: 'recreate-becomes-rolling',
    about: 'The strategy changes in mid-rollout.',
    steps: [
      ...settled(RECREATE),
      image('v2'),
      ready('v2'),
      patch('strategy RollingUpdate', { spec: { strategy: { type: 'RollingUpdate' } } }),
      image('v3'),
      roll('v3'),
    ],
  },
  {
    name: 'rolling-becomes-recreate',
    about: 'The strategy changes in mid-rollout.',
    steps: [
      ...settled({ replicas: 4, image: 'v1', surge: 1, unavailable: 1 }),
      image('v2'),
      ready('v2'),
      patch('strategy Recreate', { spec: { strategy: { type: 'Recreate', rollingUpdate: null } } }),
      roll('v2'),
    ],
  },
  {
    name: 'roll-with-terminating-pods',
    about: 'A rolling update does not wait for pods that terminate.',
    steps: [
      ...settled({ replicas: 3, image: 'v1', surge: 1, unavailable: 0, lingering: true }),
      image('v2'),
      roll('v2'),
      gone('v1', 2),
      gone('v1', 1),
    ],
  },
  {
    name: 'scale-with-terminating-pods',
    about: 'Pods that terminate are neither waited for nor taken back.',
    steps: [
      ...settled({ replicas: 4, image: 'v1', lingering: true }),
      scale(1),
      scale(3),
      readyAtOnce('v1'),
      gone('v1'),
      deletePods('v1'),
      readyAtOnce('v1'),
      gone('v1'),
    ],
  },
  {
    name: 'recreate-before-the-first-is-ready',
    about: 'A new image while no pod has ever been ready.',
    steps: [create(RECREATE), image('v2'), readyAtOnce('v2')],
  },
]
