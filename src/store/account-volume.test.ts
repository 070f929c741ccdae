import { expect, test } from 'vitest'
import type { ServiceAccount } from '../api/access.ts'
import { withAccountVolume } from './account-volume.ts'

// What is expected here was read from kube-apiserver 1.34.4.

const PATH = '/var/run/secrets/kubernetes.io/serviceaccount'
const MOUNT = { name: 'kube-api-access-abcde', readOnly: true, mountPath: PATH }
const OWN = { name: 'own', mountPath: PATH }
const VOLUME = {
  name: 'kube-api-access-abcde',
  projected: {
    defaultMode: 420,
    sources: [
      { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
      { configMap: { items: [{ key: 'ca.crt', path: 'ca.crt' }], name: 'kube-root-ca.crt' } },
      {
        downwardAPI: {
          items: [
            { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' }, path: 'namespace' },
          ],
        },
      },
    ],
  },
}

function mounted(spec: Readonly<Record<string, unknown>>, account: Partial<ServiceAccount> = {}) {
  const whole = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } } as const
  return withAccountVolume(spec, { ...whole, ...account }, (prefix) => `${prefix}abcde`)
}

test('every container gets the volume, but one that has something in its place', () => {
  const spec = {
    initContainers: [{ name: 'i' }],
    containers: [
      { name: 'a', volumeMounts: [{ name: 'v', mountPath: '/v' }] },
      { name: 'b', volumeMounts: [OWN] },
    ],
    volumes: [{ name: 'v', emptyDir: {} }],
  }
  expect(mounted(spec)).toEqual({
    initContainers: [{ name: 'i', volumeMounts: [MOUNT] }],
    containers: [
      { name: 'a', volumeMounts: [{ name: 'v', mountPath: '/v' }, MOUNT] },
      { name: 'b', volumeMounts: [OWN] },
    ],
    volumes: [{ name: 'v', emptyDir: {} }, VOLUME],
  })
})

test('a pod in which nothing mounts it has no such volume', () => {
  const spec = { containers: [{ name: 'a', volumeMounts: [OWN] }] }
  expect(mounted(spec)).toBe(spec)
})

test('a volume of that name is taken', () => {
  const volumes = [{ name: 'kube-api-access-x', projected: {} }]
  expect(mounted({ containers: [{ name: 'a' }], volumes })).toEqual({
    containers: [{ name: 'a', volumeMounts: [{ ...MOUNT, name: 'kube-api-access-x' }] }],
    volumes,
  })
})

test.each([
  [undefined, undefined, true],
  [undefined, false, false],
  [false, true, false],
  [true, false, true],
])('the pod says %s and the account %s: mounted %s', (own, common, isMounted) => {
  const spec = {
    containers: [{ name: 'a' }],
    ...(own === undefined ? {} : { automountServiceAccountToken: own }),
  }
  const account = common === undefined ? {} : { automountServiceAccountToken: common }
  expect('volumes' in mounted(spec, account)).toBe(isMounted)
})
