import { describe, expect, test } from 'vitest'
import type { ServiceAccount } from '../api/access.ts'
import type { Pod } from '../api/pod.ts'
import { admitPod, admitPodUpdate } from './pod-admission.ts'

// What is expected here was measured on kube-apiserver 1.34.4, messages included.

const NOT_READY = toleration('node.kubernetes.io/not-ready')
const ACCOUNT: ServiceAccount = {
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name: 'default' },
}
const UNREACHABLE = toleration('node.kubernetes.io/unreachable')

test('a pod that says nothing gets the account, the priority and the tolerations of all', () => {
  expect(admitted({})).toMatchObject({
    serviceAccountName: 'default',
    serviceAccount: 'default',
    priority: 0,
    preemptionPolicy: 'PreemptLowerPriority',
    tolerations: [NOT_READY, UNREACHABLE],
  })
})

test.each([
  [{ serviceAccountName: 'a' }, 'a'],
  [{ serviceAccount: 'b' }, 'b'],
  [{ serviceAccountName: 'a', serviceAccount: 'b' }, 'a'],
])('the account of %j is %s, in both fields', (spec, name) => {
  expect(admitted(spec)).toMatchObject({ serviceAccountName: name, serviceAccount: name })
})

test('its secrets for pulling images are those of the account, unless it has its own', () => {
  const account = { ...ACCOUNT, imagePullSecrets: [{ name: 'registry' }] }
  const imagePullSecrets = [{ name: 'own' }]
  expect(admitted({}, account)['imagePullSecrets']).toEqual([{ name: 'registry' }])
  expect(admitted({ imagePullSecrets }, account)['imagePullSecrets']).toBe(imagePullSecrets)
})

describe('tolerations', () => {
  test.each([
    [[{ operator: 'Exists' }], []],
    [[{ key: 'node.kubernetes.io/not-ready', operator: 'Exists' }], [UNREACHABLE]],
    [
      [{ key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoSchedule' }],
      [NOT_READY, UNREACHABLE],
    ],
    [[{ key: 'node.kubernetes.io/unreachable', value: '', effect: 'NoExecute' }], [NOT_READY]],
  ])('%j are completed by %j', (tolerations, added) => {
    expect(admitted({ tolerations })['tolerations']).toEqual([...tolerations, ...added])
  })
})

describe('what a pod may not say or name', () => {
  test.each([
    [
      { priority: 5 },
      'the integer value of priority (5) must not be provided in pod spec; priority admission controller computed 0 from the given PriorityClass name',
    ],
    [
      { preemptionPolicy: 'Never' },
      'the string value of PreemptionPolicy (Never) must not be provided in pod spec; priority admission controller computed PreemptLowerPriority from the given PriorityClass name',
    ],
    [{ priorityClassName: 'nope' }, 'no PriorityClass with name nope was found'],
    [
      { serviceAccountName: 'nope' },
      'error looking up service account ns/nope: serviceaccount "nope" not found',
    ],
  ])('%j', (spec, why) => {
    expect(() =>
      admitPod(pod(spec), { accountOf, isComplete: true, calledName: 'p', newName }),
    ).toThrow(`pods "p" is forbidden: ${why}`)
  })
})

test('where nobody makes accounts and classes, none is missed', () => {
  expect(admitted({ serviceAccountName: 'a', priorityClassName: 'b' })).toMatchObject({
    serviceAccountName: 'a',
    priority: 0,
  })
})

test('the class of the cluster itself has a priority', () => {
  expect(admitted({ priorityClassName: 'system-node-critical' })['priority']).toBe(2_000_001_000)
})

test('an update keeps the priority and gets back the tolerations', () => {
  const previous = admitPod(pod({}), {
    accountOf: () => undefined,
    isComplete: false,
    calledName: 'p',
    newName,
  })
  const next = admitPodUpdate(pod({ priority: 7 }), previous)
  expect(next.spec).toMatchObject({ priority: 0, tolerations: [NOT_READY, UNREACHABLE] })
})

function accountOf(name: string): ServiceAccount | undefined {
  return name === 'default' ? ACCOUNT : undefined
}

function newName(prefix: string): string {
  return `${prefix}abcde`
}

function admitted(spec: Readonly<Record<string, unknown>>, account?: ServiceAccount) {
  const surroundings = { accountOf: () => account, isComplete: false, calledName: 'p', newName }
  return admitPod(pod(spec), surroundings).spec
}

function pod(spec: Readonly<Record<string, unknown>>): Pod {
  const containers = [{ name: 'c', image: 'x' }]
  const metadata = { namespace: 'ns', name: 'p' }
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers, ...spec } }
}

function toleration(key: string) {
  return { key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }
}
