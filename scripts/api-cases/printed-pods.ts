import type { JsonObject } from './base-objects.ts'
import { ago, type PrintedCase } from './printed-case.ts'

/** Pods whose STATUS, READY and RESTARTS differ, as `kubectl get pods` knows them. */
export const PRINTED_PODS: readonly PrintedCase[] = [
  pod('new', {}),
  pod('no status fields', { phase: 'Running' }),
  pod('running', { phase: 'Running', conditions: [ready()], containerStatuses: [running('a')] }),
  pod('one of two ready', {
    phase: 'Running',
    containerStatuses: [running('a'), { ...running('b'), ready: false }],
  }),
  pod('two creating', {
    phase: 'Pending',
    containerStatuses: [
      waiting('a', 'ContainerCreating'),
      waiting('b', 'CreateContainerConfigError'),
    ],
  }),
  pod('crash loop', {
    phase: 'Running',
    containerStatuses: [{ ...waiting('a', 'CrashLoopBackOff'), ...restarted(3, 10) }],
  }),
  pod('image missing', {
    phase: 'Pending',
    containerStatuses: [waiting('a', 'ImagePullBackOff')],
  }),
  pod('waiting without a reason', {
    phase: 'Pending',
    containerStatuses: [{ ...waiting('a', ''), state: { waiting: {} } }],
  }),
  pod('restarted', {
    phase: 'Running',
    conditions: [ready()],
    containerStatuses: [
      { ...running('a'), ...restarted(2, 400) },
      { ...running('b'), ...restarted(5, 9000) },
    ],
  }),
  pod('restarted at an unknown time', {
    phase: 'Running',
    containerStatuses: [{ ...running('a'), restartCount: 7 }],
  }),
  pod('completed', { phase: 'Succeeded', containerStatuses: [ended('a', 0, 'Completed')] }),
  pod('error', { phase: 'Failed', containerStatuses: [ended('a', 1, 'Error')] }),
  pod('killed for memory', {
    phase: 'Failed',
    containerStatuses: [ended('a', 137, 'OOMKilled')],
  }),
  pod('exit code without a reason', { phase: 'Failed', containerStatuses: [ended('a', 3)] }),
  pod('signal without a reason', {
    phase: 'Failed',
    containerStatuses: [
      { ...ended('a', 143), state: { terminated: { exitCode: 143, signal: 15 } } },
    ],
  }),
  pod('one completed, not ready', {
    phase: 'Running',
    containerStatuses: [ended('a', 0, 'Completed'), running('b')],
  }),
  pod('one completed, ready', {
    phase: 'Running',
    conditions: [ready()],
    containerStatuses: [ended('a', 0, 'Completed'), running('b')],
  }),
  pod('a failed one before a running one', {
    phase: 'Running',
    containerStatuses: [ended('a', 1, 'Error'), running('b')],
  }),
  pod('evicted', { phase: 'Failed', reason: 'Evicted', message: 'The node was low on memory.' }),
  pod('gated', { phase: 'Pending' }, { schedulingGates: [{ name: 'example.org/wait' }] }),
  pod(
    'with addresses and gates',
    {
      phase: 'Running',
      podIP: '10.1.0.7',
      podIPs: [{ ip: '10.1.0.7' }, { ip: 'fd00::7' }],
      nominatedNodeName: 'fake-9',
      conditions: [
        ready(),
        { type: 'example.org/a', status: 'True' },
        { type: 'example.org/b', status: 'False' },
      ],
      containerStatuses: [running('a')],
    },
    { readinessGates: ['a', 'b', 'c'].map((name) => ({ conditionType: `example.org/${name}` })) },
  ),
  ...initializing(),
  ...sidecars(),
  deleted(pod('terminating', { phase: 'Running', containerStatuses: [running('a')] })),
  deleted(
    pod('terminating, was crashing', {
      phase: 'Running',
      containerStatuses: [{ ...waiting('a', 'CrashLoopBackOff'), ...restarted(1, 130) }],
    }),
  ),
  deleted(
    pod('deleted when complete', {
      phase: 'Succeeded',
      containerStatuses: [ended('a', 0, 'Completed')],
    }),
  ),
  deleted(pod('on a lost node', { phase: 'Running', reason: 'NodeLost' })),
]

function initializing(): readonly PrintedCase[] {
  const initContainers = ['i', 'j', 'k'].map((name) => ({ name, image: 'init:v1' }))
  const containerStatuses = [waiting('a', 'PodInitializing')]
  const init = (
    name: string,
    statuses: readonly JsonObject[],
    conditions: readonly JsonObject[] = [],
  ) =>
    pod(
      name,
      { phase: 'Pending', conditions, initContainerStatuses: statuses, containerStatuses },
      {
        initContainers,
      },
    )
  const done = ended('i', 0, 'Completed')
  return [
    init('first init runs', [running('i'), waiting('j', 'PodInitializing')]),
    init('second init waits', [done, waiting('j', 'PodInitializing')]),
    init('second init runs', [done, { ...running('j'), ready: false, started: false }]),
    init('init crash loop', [done, { ...waiting('j', 'CrashLoopBackOff'), ...restarted(4, 70) }]),
    init('init failed', [ended('i', 2, 'Error')]),
    init('init failed without a reason', [ended('i', 2)]),
    init('init ended by a signal', [
      { ...ended('i', 137), state: { terminated: { exitCode: 137, signal: 9 } } },
    ]),
    init('all inits done', [done, ended('j', 0, 'Completed'), ended('k', 0, 'Completed')]),
    init(
      'initialized, and an init runs again',
      [running('i')],
      [{ type: 'Initialized', status: 'True' }],
    ),
  ]
}

function sidecars(): readonly PrintedCase[] {
  const initContainers = [
    { name: 's', image: 'sidecar:v1', restartPolicy: 'Always' },
    { name: 'i', image: 'init:v1' },
  ]
  const sidecar = (name: string, status: JsonObject) => pod(name, status, { initContainers })
  const conditions = [ready()]
  return [
    sidecar('sidecar runs', {
      phase: 'Running',
      conditions,
      initContainerStatuses: [running('s'), ended('i', 0, 'Completed')],
      containerStatuses: [running('a')],
    }),
    sidecar('sidecar is not ready and was restarted', {
      phase: 'Running',
      initContainerStatuses: [
        { ...running('s'), ready: false, ...restarted(2, 200) },
        { ...ended('i', 0, 'Completed'), ...restarted(3, 5) },
      ],
      containerStatuses: [{ ...running('a'), ...restarted(1, 4000) }],
    }),
    sidecar('sidecar has not started', {
      phase: 'Pending',
      initContainerStatuses: [{ ...running('s'), started: false, ready: false }],
      containerStatuses: [waiting('a', 'PodInitializing')],
    }),
  ]
}

function pod(title: string, status: JsonObject, spec: JsonObject = {}): PrintedCase {
  const containers = ['a', 'b']
    .slice(0, Math.max(1, namesIn(status).length))
    .map((name) => ({ name, image: `${name}:v1` }))
  return {
    title,
    object: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: nameOf(title) },
      spec: { schedulerName: 'nobody', automountServiceAccountToken: false, containers, ...spec },
    },
    status,
  }
}

function nameOf(title: string): string {
  return title.replaceAll(/\W+/g, '-')
}

function namesIn({ containerStatuses }: JsonObject): readonly unknown[] {
  return Array.isArray(containerStatuses) ? containerStatuses : []
}

/** Kept by a finalizer, so that it can be looked at. */
function deleted({ title, object, status }: PrintedCase): PrintedCase {
  const metadata = { name: nameOf(title), finalizers: ['example.org/kept'] }
  return { title, object: { ...object, metadata }, status: status ?? {}, isDeleted: true }
}

function ready(): JsonObject {
  return { type: 'Ready', status: 'True' }
}

function base(name: string): JsonObject {
  return { name, image: `${name}:v1`, imageID: '', restartCount: 0, ready: false, started: false }
}

function running(name: string): JsonObject {
  return { ...base(name), ready: true, started: true, state: { running: { startedAt: ago(20) } } }
}

function waiting(name: string, reason: string): JsonObject {
  return { ...base(name), state: { waiting: { reason } } }
}

function ended(name: string, exitCode: number, reason?: string): JsonObject {
  const terminated = { exitCode, finishedAt: ago(30), ...(reason === undefined ? {} : { reason }) }
  return { ...base(name), state: { terminated } }
}

function restarted(restartCount: number, secondsAgo: number): JsonObject {
  const terminated = { exitCode: 1, reason: 'Error', finishedAt: ago(secondsAgo) }
  return { restartCount, lastState: { terminated } }
}
