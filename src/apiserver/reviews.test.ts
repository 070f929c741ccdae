import { expect, test } from 'vitest'
import { answerReview, reviewAt } from './reviews.ts'

const ACCESS = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
const RULES = '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews'
const SELF = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
const TOKEN = '/apis/authentication.k8s.io/v1/tokenreviews'

const USER = { username: 'admin', groups: ['system:masters', 'system:authenticated'] }
const ASKER = { user: USER, nowMs: 0, token: 'secret', accountTokens: undefined }

function ask(path: string, value: unknown): object {
  const body = { bytes: new TextEncoder().encode(JSON.stringify(value)), contentType: undefined }
  const review = reviewAt(path)
  if (review === undefined) throw new Error(`no review at ${path}`)
  return answerReview(review, body, { fieldValidation: 'Warn', manager: 'test' }, ASKER).object
}

test('whoever asks may do what it asks for', () => {
  const spec = { resourceAttributes: { verb: 'get', resource: 'pods' } }
  expect(ask(ACCESS, { spec })).toEqual({
    kind: 'SelfSubjectAccessReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: {
      managedFields: [
        {
          manager: 'test',
          operation: 'Update',
          apiVersion: 'authorization.k8s.io/v1',
          time: '1970-01-01T00:00:00Z',
          fieldsType: 'FieldsV1',
          fieldsV1: {
            'f:spec': { 'f:resourceAttributes': { '.': {}, 'f:resource': {}, 'f:verb': {} } },
          },
        },
      ],
    },
    spec,
    status: { allowed: true },
  })
  expect(
    ask(ACCESS, { spec: { nonResourceAttributes: { path: '/x', verb: 'get' } } }),
  ).toMatchObject({
    status: { allowed: true },
  })
})

test('whoever asks may do everything, and is an administrator', () => {
  expect(ask(RULES, { spec: { namespace: 'a' } })).toMatchObject({
    status: { resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }] },
  })
  expect(ask(SELF, {})).toMatchObject({
    metadata: { creationTimestamp: '1970-01-01T00:00:00Z' },
    status: { userInfo: USER },
  })
})

test.each<[title: string, path: string, body: unknown, reason: string, message: string]>([
  ['nothing', ACCESS, null, 'BadRequest', 'unrecognized'],
  ['a list', ACCESS, [], 'BadRequest', 'unrecognized'],
  ['another kind', ACCESS, { kind: 'Pod', apiVersion: 'v1' }, 'BadRequest', 'cannot be handled as'],
  [
    'a spec that is none',
    ACCESS,
    { spec: 3 },
    'BadRequest',
    'SelfSubjectAccessReview in version "v1" cannot be handled as a SelfSubjectAccessReview: json: cannot unmarshal number into Go struct field SelfSubjectAccessReview.spec of type v1.SelfSubjectAccessReviewSpec',
  ],
  [
    'a question of another type',
    ACCESS,
    { spec: { resourceAttributes: 'x' } },
    'BadRequest',
    'json: cannot unmarshal string into Go struct field SelfSubjectAccessReviewSpec.spec.resourceAttributes of type v1.ResourceAttributes',
  ],
  [
    'another version',
    ACCESS,
    { kind: 'SelfSubjectAccessReview', apiVersion: 'authorization.k8s.io/v1beta1' },
    'BadRequest',
    'the API version in the data (authorization.k8s.io/v1beta1) does not match the expected API version (authorization.k8s.io/v1)',
  ],
  ['no token', TOKEN, {}, 'BadRequest', 'token is required for TokenReview in authentication'],
  [
    'no question',
    ACCESS,
    { spec: {} },
    'Invalid',
    '.authorization.k8s.io "" is invalid: spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified',
  ],
  [
    'two questions',
    ACCESS,
    { spec: { resourceAttributes: {}, nonResourceAttributes: { path: '/x' } } },
    'Invalid',
    '.authorization.k8s.io "" is invalid: spec.nonResourceAttributes: Invalid value: {"Path":"/x","Verb":""}: cannot be specified in combination with resourceAttributes',
  ],
  [
    'a name',
    ACCESS,
    { metadata: { labels: { a: 'b' }, name: 'a' }, spec: { nonResourceAttributes: {} } },
    'Invalid',
    '.authorization.k8s.io "" is invalid: metadata: Invalid value: {"name":"a","labels":{"a":"b"},"managedFields":[{"manager":"test",',
  ],
  ['no namespace', RULES, { spec: {} }, 'BadRequest', 'no namespace on request'],
])('%s is refused', (_title, path, body, reason, message) => {
  expect(() => ask(path, body)).toThrow(
    expect.objectContaining({ reason, message: expect.stringContaining(message) }),
  )
})

test('whose token it is can be asked', () => {
  expect(ask(TOKEN, { spec: { token: 'secret' } })).toMatchObject({
    spec: { token: 'secret' },
    status: { authenticated: true, user: USER, audiences: ['https://kubernetes.default.svc'] },
  })
  const unknown = { status: { user: {}, error: 'invalid bearer token' } }
  expect(ask(TOKEN, { spec: { token: 'secre' } })).toMatchObject(unknown)
  expect(ask(TOKEN, { spec: { token: 'secret', audiences: ['x'] } })).toMatchObject(unknown)
})

test('the metadata of a token review come back', () => {
  const metadata = { name: 'a', labels: { a: 'b' } }
  expect(ask(TOKEN, { metadata, spec: { token: 'x' } })).toMatchObject({ metadata })
})

test('a review of one namespace has it in its answer', () => {
  const path = '/apis/authorization.k8s.io/v1/namespaces/shop/localsubjectaccessreviews'
  const spec = { user: 'u', resourceAttributes: { namespace: 'shop' } }
  expect(ask(path, { spec })).toMatchObject({
    metadata: { namespace: 'shop' },
    status: { allowed: true },
  })
  expect(() => ask(path, { metadata: { namespace: 'x' }, spec })).toThrow('does not match')
})

test('another path asks for no review', () => {
  expect(reviewAt('/apis/authorization.k8s.io/v1/other')).toBeUndefined()
})
