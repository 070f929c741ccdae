import type { RequestCase } from './request-case.ts'

const JSON_BODY = { 'content-type': 'application/json' }
const APPLY = { 'content-type': 'application/apply-patch+yaml' }
const MAPS = '/api/v1/namespaces/NS/configmaps'
const DEPLOYMENTS = '/apis/apps/v1/namespaces/NS/deployments'
const ACCOUNTS = '/api/v1/namespaces/NS/serviceaccounts'
const ACCESS = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
const SUBJECT = '/apis/authorization.k8s.io/v1/subjectaccessreviews'
const LOCAL = '/apis/authorization.k8s.io/v1/namespaces/NS/localsubjectaccessreviews'
const RULES = '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews'
const TOKEN_REVIEWS = '/apis/authentication.k8s.io/v1/tokenreviews'

const FIELDS = { key: 'a', operator: 'In', values: ['b'] }

const QUESTION = { resourceAttributes: { verb: 'get', resource: 'pods' } }

function post(name: string, path: string, body: unknown): RequestCase {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return { name, method: 'POST', path, headers: JSON_BODY, body: text }
}

function ask(about: string, more: object): RequestCase {
  const { resourceAttributes } = QUESTION
  const spec = { resourceAttributes: { ...resourceAttributes, verb: 'list', ...more } }
  return post(`a review with a selector of ${about}`, ACCESS, { spec })
}

function apply(name: string, object: string, spec: object): RequestCase {
  const body = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: object }, spec }
  const path = `${DEPLOYMENTS}/${object}?fieldManager=odd&force=true`
  return { name, method: 'PATCH', path, headers: APPLY, body: JSON.stringify(body) }
}

function token(name: string, spec: unknown, more: object = {}): RequestCase {
  return post(`a token ${name}`, `${ACCOUNTS}/odd/token`, { spec, ...more })
}

const REVIEWS: readonly RequestCase[] = [
  post('a review', ACCESS, { spec: QUESTION }),
  post('a review without a question', ACCESS, { spec: {} }),
  post('a review that is a list', ACCESS, []),
  post('a review that is nothing', ACCESS, ''),
  post('a review of another kind', ACCESS, { kind: 'Pod', apiVersion: 'v1' }),
  post('a review in another version', ACCESS, {
    kind: 'SelfSubjectAccessReview',
    apiVersion: 'authorization.k8s.io/v1beta1',
    spec: QUESTION,
  }),
  post('a review whose spec is a number', ACCESS, { spec: 3 }),
  post('a review whose question is a text', ACCESS, { spec: { resourceAttributes: 'x' } }),
  post('a review with an unknown field', ACCESS, { spec: { ...QUESTION, foo: 1 } }),
  post('the same, strictly', `${ACCESS}?fieldValidation=Strict`, { spec: { ...QUESTION, foo: 1 } }),
  post('a review for a run that is not dry', `${ACCESS}?dryRun=x`, { spec: QUESTION }),
  ...[
    { rawSelector: 'a=b', requirements: [FIELDS] },
    {},
    {
      requirements: [
        { key: '', operator: 'X' },
        { key: '-', operator: 'In' },
      ],
    },
    { requirements: [{ key: 'a', operator: 'Exists', values: ['x'] }, { key: 'a' }] },
    { rawSelector: 'a=b' },
  ].flatMap((selector, index) => [
    ask(`fields, ${index}`, { fieldSelector: selector }),
    ask(`labels, ${index}`, { labelSelector: selector }),
  ]),
  ask('labels that cannot be read', { labelSelector: { rawSelector: 'a in (' } }),
  post('a review of somebody', SUBJECT, { spec: { groups: ['system:masters'], ...QUESTION } }),
  post('a review of nobody', SUBJECT, { spec: QUESTION }),
  post('a review of nobody and nothing', SUBJECT, { spec: {} }),
  post('a review of somebody for both', SUBJECT, {
    spec: { user: 'u', ...QUESTION, nonResourceAttributes: { path: '/x', verb: 'get' } },
  }),
  post('a local review of somebody', LOCAL, {
    spec: {
      groups: ['system:masters'],
      resourceAttributes: { namespace: 'request-cases', verb: 'get', resource: 'pods' },
    },
  }),
  post('a local review of another namespace', LOCAL, { spec: { user: 'u', ...QUESTION } }),
  post('a local review of what is no resource', LOCAL, {
    spec: { user: 'u', nonResourceAttributes: { path: '/x', verb: 'get' } },
  }),
  post('a local review in two namespaces', LOCAL, { metadata: { namespace: 'x' }, spec: {} }),
  post('a local review without a namespace', LOCAL.replace('namespaces/NS/', ''), { spec: {} }),
  ...['GET', 'PUT', 'PATCH', 'DELETE'].flatMap((method) =>
    [ACCESS, SUBJECT, LOCAL, TOKEN_REVIEWS, `${TOKEN_REVIEWS}/x`].map((path) => ({
      name: `a review, of which there is no ${method}: ${path}`,
      method,
      path,
    })),
  ),
  post('a review of the rules of a number', RULES, { spec: { namespace: 3 } }),
  post('a review of the rules of nowhere', RULES, { spec: {} }),
  post('a review of no token', TOKEN_REVIEWS, { spec: {} }),
  post('a review of a token of nobody', TOKEN_REVIEWS, { spec: { token: 'x' } }),
]

const TOKENS: readonly RequestCase[] = [
  post('an account', ACCOUNTS, { metadata: { name: 'odd' } }),
  token('for too short a time', { expirationSeconds: 599 }),
  token('for too long a time', { expirationSeconds: 2 ** 32 + 1 }),
  post(
    'a token for the longest time of all',
    `${ACCOUNTS}/odd/token`,
    '{"spec":{"expirationSeconds":9223372036854775807}}',
  ),
  token('bound to a Pod without a name', { boundObjectRef: { kind: 'Pod', apiVersion: 'v1' } }),
  token('for a time that is a text', { expirationSeconds: 'x' }),
  token('for an audience that is no list', { audiences: 'x' }),
  token('bound to a kind that cannot be', {
    boundObjectRef: { kind: 'ConfigMap', apiVersion: 'v1' },
  }),
  token('bound to no kind', { boundObjectRef: {} }),
  token('bound to what is not there', {
    boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'nope' },
  }),
  token('of another name', {}, { metadata: { name: 'other' } }),
  token('of another namespace', {}, { metadata: { namespace: 'other' } }),
  token('of another uid', {}, { metadata: { uid: 'other' } }),
  token('of another kind', {}, { apiVersion: 'v1', kind: 'Pod' }),
  post('a token of no account', `${ACCOUNTS}/nope/token`, {}),
  post('a token in no namespace', `${ACCOUNTS.replace('NS', 'nope')}/odd/token`, {}),
  { name: 'tokens that there are', method: 'GET', path: `${ACCOUNTS}/odd/token` },
]

const SPEC = {
  replicas: 0,
  selector: { matchLabels: { app: 'odd' } },
  template: {
    metadata: { labels: { app: 'odd' } },
    spec: { containers: [{ name: 'a', image: 'a:1' }] },
  },
}

/** What fits nowhere else. */
export const ODD_CASES: readonly RequestCase[] = [
  ...REVIEWS,
  ...TOKENS,
  {
    name: 'finalizers of a namespace that are none',
    method: 'PUT',
    path: '/api/v1/namespaces/NS/finalize',
    headers: JSON_BODY,
    body: JSON.stringify({ metadata: { name: 'request-cases' }, spec: { finalizers: ['x', '-'] } }),
  },
  apply('an apply of a number with a fraction', 'odd', { ...SPEC, replicas: 1.5 }),
  apply('an apply', 'odd', SPEC),
  apply('an apply of a flag that is a text', 'odd', { ...SPEC, paused: 'x' }),
  {
    name: 'an apply of a fraction to a kind without a group',
    method: 'PATCH',
    path: '/api/v1/namespaces/NS/services/odd?fieldManager=odd',
    headers: APPLY,
    body: JSON.stringify({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'odd' },
      spec: { ports: [{ port: 80.5 }] },
    }),
  },
  apply('an apply of a change with a fraction', 'odd', { ...SPEC, minReadySeconds: 0.5 }),
  post(
    'half a character',
    MAPS,
    String.raw`{"metadata":{"name":"half"},"data":{"a":"x\ud800y","b":"\udc00"}}`,
  ),
  post('a dry run that says nothing', `${MAPS}?dryRun=`, { metadata: { name: 'dry' } }),
  {
    name: 'a limit that says nothing',
    method: 'GET',
    path: `${MAPS}?limit=&labelSelector=app%3Dnone`,
  },
  {
    name: 'orphans by a flag without a value',
    method: 'DELETE',
    path: `${MAPS}/half?orphanDependents=`,
  },
]
