import type { Scenario } from '../scenario.ts'
import {
  create,
  createReplicaSet,
  gone,
  image,
  pause,
  patch,
  patchReplicaSet,
  ready,
  readyAtOnce,
  relabelPod,
  remove,
  resume,
  roll,
  scale,
  settled,
} from '../steps.ts'
import { NOTHING } from '../trace.ts'

const QUICK = 'when the Deployment is quick, the ReplicaSet has not begun to make pods'

/** History, deletion, and objects that change hands. */
export const OWNING: readonly Scenario[] = [
  {
    name: 'history-limit',
    about: 'Old ReplicaSets above the limit go when the rollout is complete, not before.',
    steps: [
      ...settled({ replicas: 2, image: 'v1', surge: 1, unavailable: 0, revisionHistoryLimit: 1 }),
      image('v2'),
      roll('v2'),
      image('v3'),
      ready('v3'),
      roll('v3'),
      image('v4'),
      roll('v4'),
    ],
  },
  {
    name: 'history-limit-is-lowered',
    about: 'At rest, the surplus goes at once.',
    steps: [
      ...settled({ replicas: 1, image: 'v1' }),
      image('v2'),
      roll('v2'),
      image('v3'),
      roll('v3'),
      patch('limit 1', { spec: { revisionHistoryLimit: 1 } }),
      patch('limit 0', { spec: { revisionHistoryLimit: 0 } }),
    ],
  },
  {
    name: 'history-limit-while-paused',
    about: 'Paused, the surplus goes as well.',
    steps: [
      ...settled({ replicas: 1, image: 'v1' }),
      image('v2'),
      roll('v2'),
      image('v3'),
      pause(),
      patch('limit 0', { spec: { revisionHistoryLimit: 0 } }),
      resume(),
      roll('v3'),
    ],
  },
  {
    name: 'delete-background',
    about: 'The Deployment is gone at once, the rest follows.',
    steps: [...settled({ replicas: 2, image: 'v1' }), remove('Background')],
  },
  {
    name: 'delete-in-mid-rollout',
    about: 'Both ReplicaSets go.',
    steps: [
      ...settled({ replicas: 4, image: 'v1', surge: 1, unavailable: 1 }),
      image('v2'),
      ready('v2'),
      remove('Background'),
    ],
  },
  {
    name: 'delete-foreground-in-mid-rollout',
    about: 'The Deployment goes last.',
    steps: [
      ...settled({ replicas: 3, image: 'v1', surge: 1, unavailable: 1 }),
      image('v2'),
      ready('v2'),
      remove('Foreground'),
    ],
  },
  {
    name: 'delete-foreground-with-terminating-pods',
    about: 'The Deployment stays until the last pod is gone.',
    steps: [
      ...settled({ replicas: 2, image: 'v1', lingering: true }),
      remove('Foreground'),
      gone('v1', 1),
      gone('v1', 1),
    ],
  },
  {
    name: 'delete-and-create-again',
    about: 'A Deployment of the same name has nothing to do with the one before.',
    steps: [
      ...settled({ replicas: 2, image: 'v1' }),
      image('v2'),
      remove('Background'),
      ...settled({ replicas: 2, image: 'v2' }),
    ],
  },
  {
    name: 'orphan-and-create-again',
    about:
      'The ReplicaSets outlive their Deployment, and the next one adopts them with their revisions.',
    steps: [
      ...settled({ replicas: 2, image: 'v1' }),
      image('v2'),
      roll('v2'),
      remove('Orphan'),
      create({ replicas: 2, image: 'v2' }),
    ],
  },
  {
    name: 'orphan-and-create-the-old-image',
    about: 'The adopted old ReplicaSet becomes the new one.',
    steps: [
      ...settled({ replicas: 2, image: 'v1' }),
      image('v2'),
      roll('v2'),
      remove('Orphan'),
      create({ replicas: 2, image: 'v1' }),
      roll('v1'),
    ],
  },
  {
    name: 'orphan-in-mid-rollout',
    about: 'The next Deployment takes up the rollout.',
    steps: [
      ...settled({ replicas: 3, image: 'v1', surge: 1, unavailable: 1 }),
      image('v2'),
      ready('v2'),
      remove('Orphan'),
      create({ replicas: 3, image: 'v2', surge: 1, unavailable: 1 }),
      roll('v2'),
    ],
  },
  {
    name: 'adopt-as-the-new-one',
    about: 'A ReplicaSet made by hand with the wanted template.',
    steps: [
      createReplicaSet('by-hand', 'v1', 2),
      readyAtOnce('v1'),
      create({ replicas: 3, image: 'v1' }),
      readyAtOnce('v1'),
      image('v2'),
      roll('v2'),
    ],
  },
  {
    name: 'adopt-as-an-old-one',
    about: 'A ReplicaSet made by hand with another template is rolled away.',
    steps: [
      createReplicaSet('by-hand', 'v0', 2),
      readyAtOnce('v0'),
      create({ replicas: 2, image: 'v1', surge: 1, unavailable: 0 }),
      roll('v1'),
    ],
  },
  {
    name: 'adopt-beside-a-complete-one',
    about: 'A ReplicaSet that appears beside a complete Deployment is scaled to zero.',
    steps: [
      ...settled({ replicas: 2, image: 'v1' }),
      createReplicaSet('by-hand', 'v0', 2, { by: 'hand' }),
      scale(3),
      readyAtOnce('v1'),
    ],
    accepted: [
      {
        step: 3,
        why: QUICK,
        lines: { 'rs2 SuccessfulCreate': NOTHING, 'rs2 SuccessfulDelete': NOTHING },
      },
    ],
  },
  {
    name: 'user-relabels-the-replica-set',
    about: 'It is released, and since it keeps its name, the next one gets another hash.',
    steps: [
      ...settled({ replicas: 2, image: 'v1' }),
      patchReplicaSet(1, 'label app=other', { metadata: { labels: { app: 'other' } } }),
      readyAtOnce('v1'),
    ],
  },
  {
    name: 'user-scales-the-replica-set',
    about: 'The Deployment puts its size right.',
    steps: [
      ...settled({ replicas: 2, image: 'v1' }),
      patchReplicaSet(1, 'scale to 5', { spec: { replicas: 5 } }),
      patchReplicaSet(1, 'scale to 1', { spec: { replicas: 1 } }),
      readyAtOnce('v1'),
    ],
  },
  {
    name: 'user-scales-an-old-replica-set',
    about: 'Pods of an old image come back, and go.',
    steps: [
      ...settled({ replicas: 2, image: 'v1', surge: 1, unavailable: 0 }),
      image('v2'),
      roll('v2'),
      patchReplicaSet(1, 'scale to 2', { spec: { replicas: 2 } }),
    ],
    accepted: [
      {
        step: 5,
        why: QUICK,
        lines: { 'rs1 SuccessfulCreate': NOTHING, 'rs1 SuccessfulDelete': NOTHING },
      },
    ],
  },
  {
    name: 'user-relabels-a-pod',
    about: 'It is released and replaced.',
    steps: [
      ...settled({ replicas: 2, image: 'v1' }),
      relabelPod('v1', { app: 'other' }),
      readyAtOnce('v1'),
    ],
  },
]
