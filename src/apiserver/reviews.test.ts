import { expect, test } from 'vitest'
import { answerReview } from './reviews.ts'

const ACCESS = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
const RULES = '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews'
const SELF = '/apis/authentication.k8s.io/v1/selfsubjectreviews'

function ask(path: string, body: unknown): object | undefined {
  return answerReview(path, () => body)
}

test('whoever asks may do what it asks for', () => {
  const spec = { resourceAttributes: { verb: 'get', resource: 'pods' } }
  expect(ask(ACCESS, { spec })).toEqual({
    kind: 'SelfSubjectAccessReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: {},
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
  expect(ask(SELF, {})).toMatchObject({ status: { userInfo: { username: 'admin' } } })
})

test.each<[title: string, path: string, body: unknown, reason: string, message: string]>([
  ['nothing', ACCESS, null, 'BadRequest', 'unrecognized'],
  ['a list', ACCESS, [], 'BadRequest', 'unrecognized'],
  ['another kind', ACCESS, { kind: 'Pod', apiVersion: 'v1' }, 'BadRequest', 'cannot be handled as'],
  ['a spec that is none', ACCESS, { spec: 3 }, 'BadRequest', 'spec is no object'],
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
  ['no namespace', RULES, { spec: {} }, 'BadRequest', 'no namespace on request'],
])('%s is refused', (_title, path, body, reason, message) => {
  expect(() => ask(path, body)).toThrow(
    expect.objectContaining({ reason, message: expect.stringContaining(message) }),
  )
})

test('the body of another path is not even read', () => {
  let isRead = false
  const answer = answerReview('/apis/authorization.k8s.io/v1/other', () => (isRead = true))
  expect({ answer, isRead }).toEqual({ answer: undefined, isRead: false })
})
