import {
  change,
  changeAll,
  CONTAINER,
  DEPLOYMENT,
  POD,
  REPLICA_SET,
  type JsonObject,
} from './base-objects.ts'

const TEMPLATE = 'spec.template'
const STRATEGY = 'spec.strategy'

const FAULTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'no spec': { spec: undefined },
  'no selector': { 'spec.selector': undefined },
  'an empty selector': { 'spec.selector': {} },
  'a selector that the template does not have': { 'spec.selector.matchLabels': { app: 'other' } },
  'no template': { 'spec.template': undefined },
  'no template labels': { [`${TEMPLATE}.metadata`]: undefined },
  'a template label of a bad form': { [`${TEMPLATE}.metadata.labels`]: { app: 'web', b: '-' } },
  'a selector value of a bad form': { 'spec.selector.matchLabels': { app: 'not ok' } },
  'a selector key of a bad form': { 'spec.selector.matchLabels': { 'a b': 'web' } },
  'an operator without values': {
    'spec.selector': { matchExpressions: [{ key: 'app', operator: 'In' }] },
  },
  'an operator with values that takes none': {
    'spec.selector': { matchExpressions: [{ key: 'app', operator: 'Exists', values: ['a'] }] },
  },
  'an operator that is not known': {
    'spec.selector': { matchExpressions: [{ key: 'app', operator: 'Is', values: ['a'] }] },
  },
  'negative replicas': { 'spec.replicas': -1 },
  'a negative minReadySeconds': { 'spec.minReadySeconds': -1 },
  'a negative revisionHistoryLimit': { 'spec.revisionHistoryLimit': -1 },
  'a negative progress deadline': { 'spec.progressDeadlineSeconds': -1 },
  'a progress deadline of minReadySeconds': {
    'spec.progressDeadlineSeconds': 10,
    'spec.minReadySeconds': 10,
  },
  'minReadySeconds beyond the default deadline': { 'spec.minReadySeconds': 600 },
  'no such strategy': { [STRATEGY]: { type: 'BlueGreen' } },
  'a rolling update that recreates': {
    [STRATEGY]: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } },
  },
  'both budgets zero': { [`${STRATEGY}.rollingUpdate`]: { maxSurge: 0, maxUnavailable: 0 } },
  'both budgets zero percent': {
    [`${STRATEGY}.rollingUpdate`]: { maxSurge: '0%', maxUnavailable: '0%' },
  },
  'more than all unavailable': { [`${STRATEGY}.rollingUpdate`]: { maxUnavailable: '101%' } },
  'a surge of 200 percent': { [`${STRATEGY}.rollingUpdate`]: { maxSurge: '200%' } },
  'a negative surge': { [`${STRATEGY}.rollingUpdate`]: { maxSurge: -1 } },
  'a surge in words': {
    [`${STRATEGY}.rollingUpdate`]: { maxSurge: 'half', maxUnavailable: '5.5%' },
  },
  'a restart policy of a template': { [`${TEMPLATE}.spec.restartPolicy`]: 'Never' },
  'a restart policy that is not known': { [`${TEMPLATE}.spec.restartPolicy`]: 'Sometimes' },
  'a deadline of the pods': { [`${TEMPLATE}.spec.activeDeadlineSeconds`]: 10 },
  'a negative grace period': { [`${TEMPLATE}.spec.terminationGracePeriodSeconds`]: -1 },
  'no containers': { [`${TEMPLATE}.spec.containers`]: undefined },
  'an empty list of containers': { [`${TEMPLATE}.spec.containers`]: [] },
  'a host name with a dot': { [`${TEMPLATE}.spec.hostname`]: 'a.b' },
  'a DNS policy that is not known': { [`${TEMPLATE}.spec.dnsPolicy`]: 'Any' },
  'two containers of one name': { [`${TEMPLATE}.spec.containers`]: [CONTAINER, CONTAINER] },
  'an init container of the same name': { [`${TEMPLATE}.spec.initContainers`]: [CONTAINER] },
  'a probe of an init container': {
    [`${TEMPLATE}.spec.initContainers`]: [
      {
        name: 'i',
        image: 'i',
        readinessProbe: { tcpSocket: { port: 1 } },
        lifecycle: { preStop: { sleep: { seconds: 1 } } },
      },
    ],
  },
}

const REPLICA_SET_FAULTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'a ReplicaSet without a selector': { 'spec.selector': undefined },
  'a ReplicaSet whose selector does not match': { 'spec.selector.matchLabels': { app: 'other' } },
  'a ReplicaSet of negative replicas': { 'spec.replicas': -1 },
  'a ReplicaSet without a template': { 'spec.template': undefined },
  'a ReplicaSet whose pods are not restarted': { [`${TEMPLATE}.spec.restartPolicy`]: 'Never' },
}

/** Faults of Deployments and ReplicaSets around the containers. */
export const DEPLOYMENT_CASES: readonly (readonly [name: string, object: JsonObject])[] = [
  ['a valid Deployment', DEPLOYMENT],
  ...Object.entries(FAULTS).map(
    ([name, changes]) => [name, changeAll(DEPLOYMENT, changes)] as const,
  ),
  ...Object.entries(REPLICA_SET_FAULTS).map(
    ([name, changes]) => [name, changeAll(REPLICA_SET, changes)] as const,
  ),
  ['a valid Pod', POD],
  ['a Pod without containers', change(POD, 'spec.containers', [])],
  ['a Pod with a deadline of 0', change(POD, 'spec.activeDeadlineSeconds', 0)],
]
