import type { RequestCase } from './request-case.ts'

const NAMESPACE = '/api/v1/namespaces/NS'
const PODS = `${NAMESPACE}/pods`
const JSON_BODY = { 'content-type': 'application/json' }

const POD = {
  metadata: { name: 'patched' },
  spec: {
    schedulerName: 'none',
    automountServiceAccountToken: false,
    containers: [{ name: 'web', image: 'web:v1' }],
  },
}

function post(name: string, path: string, body: object): RequestCase {
  return { name, method: 'POST', path, headers: JSON_BODY, body: JSON.stringify(body) }
}

/** The same by both ways to merge. */
function merge(name: string, path: string, patch: object): readonly RequestCase[] {
  return ['merge', 'strategic-merge'].map((way) => ({
    name: `${name}, by ${way}`,
    method: 'PATCH',
    path,
    headers: { 'content-type': `application/${way}-patch+json` },
    body: JSON.stringify(patch),
  }))
}

function jsonPatch(name: string, ...operations: readonly object[]): RequestCase {
  const headers = { 'content-type': 'application/json-patch+json' }
  const body = JSON.stringify(operations)
  return { name, method: 'PATCH', path: `${PODS}/patched`, headers, body }
}

const LIMITS = { limits: { cpu: 'abc' } }

/** Patches that make what is no object of its kind. */
export const PATCH_FAULT_CASES: readonly RequestCase[] = [
  post('a pod to patch', PODS, POD),
  ...merge('an amount that is none', `${PODS}/patched`, {
    spec: { containers: [{ name: 'web', image: 'web:v1', resources: LIMITS }] },
  }),
  jsonPatch('an amount that is none, by operations', {
    op: 'add',
    path: '/spec/containers/0/resources',
    value: LIMITS,
  }),
  ...merge('a time that is none', `${PODS}/patched`, { metadata: { creationTimestamp: 'never' } }),
  ...merge('a time that is a number', `${PODS}/patched`, { metadata: { creationTimestamp: 3 } }),
  ...merge('metadata that are a number', `${PODS}/patched`, { metadata: 3 }),
  ...merge('another kind', `${PODS}/patched`, { apiVersion: 'apps/v1', kind: 'Deployment' }),
  ...merge('a kind that there is not', `${PODS}/patched`, { kind: 'Deployment' }),
  ...merge('a version that there is not', `${PODS}/patched`, { apiVersion: 'v2' }),
  ...merge('an unknown field, strictly', `${PODS}/patched?fieldValidation=Strict`, {
    spec: { foo: 3 },
  }),
  jsonPatch('another kind, by operations', { op: 'add', path: '/kind', value: 'Node' }),
  jsonPatch('a kind that there is not, by operations', { op: 'add', path: '/kind', value: 'Foo' }),
  post('a pod of another kind', PODS, { ...POD, apiVersion: 'apps/v1', kind: 'Deployment' }),
  post('a pod of a kind that there is not', PODS, { ...POD, kind: 'Foo' }),
  post('a pod of a group that there is not', PODS, { ...POD, apiVersion: 'foo/v1', kind: 'Pod' }),
  post('a secret to patch', `${NAMESPACE}/secrets`, { metadata: { name: 'patched' } }),
  ...merge('text that is not base64', `${NAMESPACE}/secrets/patched`, { data: { a: '!' } }),
  ...merge('a number that is not base64', `${NAMESPACE}/secrets/patched`, { data: { a: 3 } }),
  post('a Service to patch', `${NAMESPACE}/services`, {
    metadata: { name: 'patched' },
    spec: { clusterIP: '10.96.200.3', ports: [{ port: 80 }] },
  }),
  ...merge('a port that is true', `${NAMESPACE}/services/patched`, {
    spec: { ports: [{ port: 80, targetPort: true }] },
  }),
]
