import { afterAll, beforeEach, expect, test } from 'vitest'
import { startTestApiServer } from '../../tests/support/running-api-server.ts'
import { liveClock } from '../world/live/clock.ts'
import { liveCredentials } from '../world/live/credentials.ts'

const door = liveCredentials()
const { signingKey } = await door.newServer({ dnsNames: [], addresses: [], nowMs: Date.now() })
const live = liveClock()
let aheadMs = 0
const clock = { ...live, wallMs: () => live.wallMs() + aheadMs }
const api = await startTestApiServer({ clock, signer: door.signerOf(signingKey) })

afterAll(() => api.close())

const ACCOUNTS = '/api/v1/namespaces/default/serviceaccounts'
const TOKENS = `${ACCOUNTS}/web/token`
const REVIEWS = '/apis/authentication.k8s.io/v1/tokenreviews'
const SELF = '/apis/authentication.k8s.io/v1/selfsubjectreviews'

beforeEach(async () => {
  await api.call('DELETE', `${ACCOUNTS}/web`)
  await api.call('POST', ACCOUNTS, { body: { metadata: { name: 'web' } } })
})

async function newToken(spec: object = {}): Promise<string> {
  const { body } = await api.call('POST', TOKENS, { body: { spec } })
  return String(body.status.token)
}

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}

async function statusOf(token: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}` }
  return (await api.call('GET', '/api/v1/pods', { headers })).status
}

test('an account gets a token that says who it is', async () => {
  const metadata = { labels: { a: 'b' }, managedFields: [] }
  const { status, body } = await api.call('POST', TOKENS, { body: { metadata } })
  expect(status).toBe(201)
  const uid = api.store.get('ServiceAccount', { name: 'web' }).metadata.uid
  expect(body).toEqual({
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: {
      name: 'web',
      namespace: 'default',
      uid,
      creationTimestamp: expect.any(String),
      labels: { a: 'b' },
      managedFields: [
        {
          manager: expect.any(String),
          operation: 'Update',
          apiVersion: 'authentication.k8s.io/v1',
          time: expect.any(String),
          fieldsType: 'FieldsV1',
          fieldsV1: {
            'f:metadata': { 'f:labels': { '.': {}, 'f:a': {} } },
            'f:spec': { 'f:expirationSeconds': {} },
          },
          subresource: 'token',
        },
      ],
    },
    spec: {
      audiences: ['https://kubernetes.default.svc'],
      expirationSeconds: 3600,
      boundObjectRef: null,
    },
    status: { token: expect.any(String), expirationTimestamp: expect.any(String) },
  })
  const claims = claimsOf(body.status.token)
  expect(claims).toMatchObject({
    aud: ['https://kubernetes.default.svc'],
    iss: 'https://kubernetes.default.svc',
    sub: 'system:serviceaccount:default:web',
    'kubernetes.io': { namespace: 'default', serviceaccount: { name: 'web', uid } },
  })
  expect(Number(claims['exp']) - Number(claims['iat'])).toBe(3600)
})

test('the holder of a token is let in as the account', async () => {
  const token = await newToken()
  expect(await statusOf(token)).toBe(200)
  const headers = { authorization: `Bearer ${token}` }
  const { body } = await api.call('POST', SELF, { body: {}, headers })
  expect(body.status.userInfo).toEqual({
    username: 'system:serviceaccount:default:web',
    uid: expect.any(String),
    groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'],
    extra: {
      'authentication.kubernetes.io/credential-id': [`JTI=${String(claimsOf(token)['jti'])}`],
    },
  })
})

test.each([
  ['of another audience', () => newToken({ audiences: ['vault'] })],
  ['with another signature', async () => `${(await newToken()).slice(0, -8)}AAAAAAAA`],
  ['with other claims', async () => (await newToken()).replace(/\.ey/, '.eyA')],
  ['with more parts', async () => `${await newToken()}.x`],
  ['with padding', async () => `${await newToken()}==`],
  [
    'with a sign before its signature',
    async () => (await newToken()).replace(/\.([^.]*)$/, '.!$1'),
  ],
  ['with padding behind its claims', async () => (await newToken()).replace(/\.([^.]*)$/, '=.$1')],
  ['of no parts', () => Promise.resolve('...')],
  [
    'of an account that is gone',
    async () => {
      const token = await newToken()
      await api.call('DELETE', `${ACCOUNTS}/web`)
      return token
    },
  ],
  [
    'of an account that was made anew',
    async () => {
      const token = await newToken()
      await api.call('DELETE', `${ACCOUNTS}/web`)
      await api.call('POST', ACCOUNTS, { body: { metadata: { name: 'web' } } })
      return token
    },
  ],
  [
    'whose time is over',
    async () => {
      const token = await newToken({ expirationSeconds: 600 })
      aheadMs += 661_000
      return token
    },
  ],
])('a token %s opens nothing', async (_what, make) => {
  expect(await statusOf(await make())).toBe(401)
})

test('a review of a token tells whose it is, or what is wrong with it', async () => {
  const review = async (spec: object) =>
    (await api.call('POST', REVIEWS, { body: { spec } })).body.status
  const token = await newToken({ audiences: ['vault', 'x'] })
  expect(await review({ token, audiences: ['vault', 'y'] })).toMatchObject({
    authenticated: true,
    user: { username: 'system:serviceaccount:default:web' },
    audiences: ['vault'],
  })
  expect(await review({ token })).toEqual({
    user: {},
    error:
      '[invalid bearer token, token audiences ["vault" "x"] is invalid for the target audiences ["https://kubernetes.default.svc"]]',
  })
  const mine = await newToken()
  await api.call('DELETE', `${ACCOUNTS}/web`)
  expect(await review({ token: mine })).toEqual({
    user: {},
    error: '[invalid bearer token, serviceaccounts "web" not found]',
  })
})

test('a token that is bound to a pod ends with it, and the one of its volume lasts a year', async () => {
  const pods = '/api/v1/namespaces/default/pods'
  const spec = {
    serviceAccountName: 'web',
    nodeName: 'gone',
    containers: [{ name: 'a', image: 'x' }],
  }
  await api.call('POST', pods, { body: { metadata: { name: 'one' }, spec } })
  const boundObjectRef = { kind: 'Pod', apiVersion: 'v1', name: 'one' }
  const token = await newToken({ expirationSeconds: 3607, boundObjectRef })
  const { iat, exp, 'kubernetes.io': own } = claimsOf(token)
  expect(Number(exp) - Number(iat)).toBe(365 * 86_400)
  expect(own).toMatchObject({
    pod: { name: 'one' },
    node: { name: 'gone' },
    warnafter: Number(iat) + 3607,
  })
  expect(await statusOf(token)).toBe(200)
  await api.call('DELETE', `${pods}/one`, { body: { gracePeriodSeconds: 0 } })
  expect(await statusOf(token)).toBe(401)
})

/** Kubernetes 1.34.4 said so. */
test.each<[what: string, path: string, body: unknown, code: number, message: string]>([
  ['of no account', `${ACCOUNTS}/none/token`, {}, 404, 'serviceaccounts "none" not found'],
  [
    'in no namespace',
    ACCOUNTS.replace('default', 'none') + '/web/token',
    {},
    404,
    'namespaces "none" not found',
  ],
  [
    'of another name',
    TOKENS,
    { metadata: { name: 'zz' } },
    422,
    'TokenRequest.authentication.k8s.io "web" is invalid: metadata.name: Invalid value: "zz": must match the service account name if specified',
  ],
  [
    'of another namespace',
    TOKENS,
    { metadata: { namespace: 'zz' } },
    400,
    'the namespace of the provided object does not match the namespace sent on the request',
  ],
  [
    'for too short a time',
    TOKENS,
    { spec: { expirationSeconds: 0 } },
    422,
    'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 0: may not specify a duration less than 10 minutes',
  ],
  [
    'for too long a time',
    TOKENS,
    { spec: { expirationSeconds: 9_000_000_000 } },
    422,
    'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 9000000000: may not specify a duration larger than 2^32 seconds',
  ],
  [
    'bound to another kind',
    TOKENS,
    { spec: { boundObjectRef: { kind: 'ConfigMap', apiVersion: 'v1', name: 'x' } } },
    400,
    'cannot bind token to object of type /v1, Kind=ConfigMap',
  ],
  [
    'bound to what is not there',
    TOKENS,
    { spec: { boundObjectRef: { kind: 'Node', apiVersion: 'v1', name: 'x' } } },
    404,
    'nodes "x" not found',
  ],
  [
    'with a time that is a text',
    TOKENS,
    { spec: { expirationSeconds: 'x' } },
    400,
    'TokenRequest in version "v1" cannot be handled as a TokenRequest: json: cannot unmarshal string into Go struct field TokenRequestSpec.spec.expirationSeconds of type int64',
  ],
  [
    'of another kind',
    TOKENS,
    { kind: 'Pod', apiVersion: 'v1' },
    400,
    'Pod in version "v1" cannot be handled as a TokenRequest: converting (v1.Pod) to (authentication.TokenRequest): unknown conversion',
  ],
])('a token %s is refused', async (_what, path, body, code, message) => {
  expect((await api.call('POST', path, { body })).body).toMatchObject({ code, message })
  expect(api.faults).toEqual([])
})

test('a request that means another account than there is now is refused', async () => {
  const { uid } = api.store.get('ServiceAccount', { name: 'web' }).metadata
  const { body } = await api.call('POST', TOKENS, { body: { metadata: { uid: 'zz' } } })
  expect(body).toMatchObject({
    reason: 'Conflict',
    message: `Operation cannot be fulfilled on TokenRequest.authentication.k8s.io "web": the UID in the token request (zz) does not match the UID of the service account (${uid})`,
  })
})
