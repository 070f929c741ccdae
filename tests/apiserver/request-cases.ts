import { ODD_CASES } from './odd-cases.ts'
import { BINDING_CASES } from './binding-cases.ts'
import { PATCH_FAULT_CASES } from './patch-fault-cases.ts'
import { POD_PART_CASES } from './pod-part-cases.ts'
import type { RequestCase } from './request-case.ts'
import { STATUS_CASES } from './status-cases.ts'

/**
 * Raw requests whose answers are compared with the real server's: URLs, formats, options and refusals. They run in
 * order in the namespace REQUEST_NAMESPACE, which begins with nothing but what the first of them create.
 */
export const REQUEST_NAMESPACE = 'request-cases'

const MAPS = '/api/v1/namespaces/NS/configmaps'
const DEPLOYMENTS = '/apis/apps/v1/namespaces/NS/deployments'
const JSON_BODY = { 'content-type': 'application/json' }
const MERGE = { 'content-type': 'application/merge-patch+json' }
const STRATEGIC = { 'content-type': 'application/strategic-merge-patch+json' }
const JSON_PATCH = { 'content-type': 'application/json-patch+json' }
const APPLY = { 'content-type': 'application/apply-patch+yaml' }

const DEPLOYMENT = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'web:v1' }] },
    },
  },
}

function map(name: string, more: object = {}): string {
  const metadata = { name, labels: { app: name } }
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata,
    data: { k: name },
    ...more,
  })
}

function get(
  name: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): RequestCase {
  return { name, method: 'GET', path, headers }
}

function send(
  method: string,
  name: string,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = JSON_BODY,
): RequestCase {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return { name, method, path, headers, body: text }
}

const PREPARATION: readonly RequestCase[] = [
  send('POST', 'a ConfigMap is created', MAPS, map('a')),
  send('POST', 'another', MAPS, map('b')),
  send('POST', 'a third', MAPS, map('c')),
  send('POST', 'a Deployment is created', DEPLOYMENTS, DEPLOYMENT),
]

const READING: readonly RequestCase[] = [
  get('one object', `${MAPS}/a`),
  get('one that is not there', `${MAPS}/nope`),
  get('one of a group', `${DEPLOYMENTS}/nope`),
  get('an unknown resource of a known group', '/apis/apps/v1/foo'),
  get('an unknown group', '/apis/foo/v1/x'),
  get('nothing that there is', '/foo'),
  get('nothing that there is, in a format that there is not', '/foo', { accept: 'text/plain' }),
  get('an unknown subresource', `${MAPS}/a/foo`),
  get('a cluster-scoped kind in a namespace', '/api/v1/namespaces/default/nodes'),
  get('a limit that is no number', `${MAPS}?limit=x`),
  get('a label selector with two words', `${MAPS}?labelSelector=a%20b`),
  get('a label selector with three signs', `${MAPS}?labelSelector=a%3D%3D%3Db`),
  get('a label selector without its parenthesis', `${MAPS}?labelSelector=a%20in%20b`),
  get('a label selector that ends early', `${MAPS}?labelSelector=a%20in%20(b`),
  get('a label selector that ends in a comma', `${MAPS}?labelSelector=a%2C`),
  get('a label selector with a bad value', `${MAPS}?labelSelector=a%3Db!`),
  get('a label selector with a bad key', `${MAPS}?labelSelector=-a%3Db`),
  get('a label selector', `${MAPS}?labelSelector=app%20in%20(a,c)`),
  get('a label selector by absence', `${MAPS}?labelSelector=!app`),
  get('a label selector by inequality', `${MAPS}?labelSelector=app!%3Da,app`),
  get('a field selector', `${MAPS}?fieldSelector=metadata.name%3Db`),
  get(
    'a field selector by inequality',
    `${MAPS}?fieldSelector=metadata.name!%3Db,metadata.name!=kube-root-ca.crt`,
  ),
  get('a field selector that is none', `${MAPS}?fieldSelector=a`),
  get('a field that cannot be asked for', `${MAPS}?fieldSelector=data.k%3Da`),
  get(
    'a field of pods that cannot be asked for',
    '/api/v1/namespaces/NS/pods?fieldSelector=spec.foo%3D1',
  ),
  get('a resourceVersion that is no number', `${MAPS}?resourceVersion=abc`),
  get('a match without a version', `${MAPS}?resourceVersionMatch=Exact`),
  get('a match that there is not', `${MAPS}?resourceVersionMatch=Foo&resourceVersion=1`),
  get('an exact match of 0', `${MAPS}?resourceVersionMatch=Exact&resourceVersion=0`),
  get('initial events of a list', `${MAPS}?sendInitialEvents=true`),
  get('initial events without a match', `${MAPS}?watch=1&sendInitialEvents=true`),
  get('a match of a watch', `${MAPS}?watch=1&resourceVersionMatch=NotOlderThan`),
  get('a format that there is not', `${MAPS}/a`, { accept: 'text/plain' }),
  get('another verb', `${MAPS}/a`),
  get('the scale', `${DEPLOYMENTS}/web/scale`),
  get('the metadata of the scale', `${DEPLOYMENTS}/web/scale`, {
    accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
  }),
  get('the scale of what is not there', `${DEPLOYMENTS}/nope/scale`),
  get('the log of what is not there', '/api/v1/namespaces/NS/pods/nope/log'),
]

const WRITING: readonly RequestCase[] = [
  send('POST', 'a name that is taken', MAPS, map('a')),
  send('POST', 'no name', MAPS, { apiVersion: 'v1', kind: 'ConfigMap', metadata: {} }),
  send('POST', 'a bad name', MAPS, map('A_b')),
  send('POST', 'a name at the end of the URL', `${MAPS}/a`, map('a')),
  send('POST', 'another kind', MAPS, '{"kind":"Pod","apiVersion":"v1","metadata":{"name":"x"}}'),
  send('POST', 'no kind at all', `${MAPS}?dryRun=All`, '{"metadata":{"name":"x"}}'),
  send('POST', 'another namespace', MAPS, map('x', { metadata: { name: 'x', namespace: 'y' } })),
  send('POST', 'a namespace that is not there', '/api/v1/namespaces/nope/configmaps', map('x')),
  send('POST', 'all namespaces', '/api/v1/configmaps', map('x')),
  send('POST', 'half an object', MAPS, '{x'),
  send('POST', 'the beginning of a long object', MAPS, map('x').slice(0, -1)),
  send(
    'POST',
    'a key that is there twice, strictly',
    `${MAPS}?dryRun=All&fieldValidation=Strict`,
    map('x').replace('"k"', '"k":"1","k"'),
  ),
  send(
    'POST',
    'a key that is there twice',
    `${MAPS}?dryRun=All&fieldValidation=Warn`,
    map('x').replace('"k"', '"k":"1","k"'),
  ),
  send('POST', 'nothing', MAPS, ''),
  send('POST', 'a list', MAPS, '[]'),
  send('POST', 'a string', MAPS, '"x"'),
  send('POST', 'text', MAPS, 'x', { 'content-type': 'text/plain' }),
  send('POST', 'a dry run of another sort', `${MAPS}?dryRun=x`, map('x')),
  send('POST', 'a validation of another sort', `${MAPS}?fieldValidation=Foo`, map('x')),
  send('POST', 'a manager that cannot be printed', `${MAPS}?fieldManager=a%00b`, map('x')),
  send('POST', 'a dry run', `${MAPS}?dryRun=All`, map('x')),
  send('POST', 'an unknown field', `${MAPS}?dryRun=All`, map('x', { foo: 1 })),
  send(
    'POST',
    'an unknown field, strictly',
    `${MAPS}?dryRun=All&fieldValidation=Strict`,
    map('x', { foo: 1 }),
  ),
  send(
    'POST',
    'an unknown field, ignored',
    `${MAPS}?dryRun=All&fieldValidation=Ignore`,
    map('x', { foo: 1 }),
  ),
  send('POST', 'a field of the wrong type', MAPS, map('x', { data: { k: 1 } })),
  send('POST', 'a map of the wrong type', MAPS, map('x', { data: [] })),
  send(
    'POST',
    'a version that is set',
    MAPS,
    map('x', { metadata: { name: 'x', resourceVersion: '5' } }),
  ),
  send('POST', 'YAML', `${MAPS}?dryRun=All`, 'metadata:\n  name: x\n', {
    'content-type': 'application/yaml',
  }),
  send('PUT', 'a name that is not the URL’s', `${MAPS}/a`, map('b')),
  send('PUT', 'no name in an update', `${MAPS}/a`, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {},
  }),
  send('PUT', 'an update of what is not there', `${MAPS}/nope`, map('nope')),
  send(
    'PUT',
    'an old version',
    `${MAPS}/a`,
    map('a', { metadata: { name: 'a', resourceVersion: '1' } }),
  ),
  send('PUT', 'another uid', `${MAPS}/a`, map('a', { metadata: { name: 'a', uid: 'other' } })),
  send('PUT', 'an update', `${MAPS}/a`, map('a', { data: { k: '2' } })),
  send('PUT', 'a scale', `${DEPLOYMENTS}/web/scale`, {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: { name: 'web' },
    spec: { replicas: 0 },
  }),
  send('PATCH', 'a scale below 0', `${DEPLOYMENTS}/web/scale`, { spec: { replicas: -1 } }, MERGE),
  send('PATCH', 'a patch of an unknown format', `${MAPS}/a`, {}, JSON_BODY),
  send('PATCH', 'a patch that is half', `${MAPS}/a`, '[', MERGE),
  send('PATCH', 'a patch that is a list', `${MAPS}/a`, '[]', MERGE),
  send('PATCH', 'force without an apply', `${MAPS}/a?force=true`, {}, MERGE),
  send('PATCH', 'a merge patch', `${MAPS}/a`, { data: { l: '3' } }, MERGE),
  send('PATCH', 'a merge patch of what is not there', `${MAPS}/nope`, { data: { l: '3' } }, MERGE),
  send('PATCH', 'a merge patch with a wrong type', `${MAPS}/a`, { data: { l: 3 } }, MERGE),
  send(
    'PATCH',
    'a merge patch with an old version',
    `${MAPS}/a`,
    { metadata: { resourceVersion: '1' } },
    MERGE,
  ),
  send('PATCH', 'a merge patch that renames', `${MAPS}/a`, { metadata: { name: 'z' } }, MERGE),
  send(
    'PATCH',
    'a strategic patch',
    `${DEPLOYMENTS}/web`,
    {
      spec: { template: { spec: { containers: [{ name: 'web', image: 'web:v2' }] } } },
    },
    STRATEGIC,
  ),
  send(
    'PATCH',
    'a strategic patch of an immutable field',
    `${DEPLOYMENTS}/web`,
    {
      spec: { selector: { matchLabels: { app: 'other' } } },
    },
    STRATEGIC,
  ),
  send('PATCH', 'a JSON patch', `${MAPS}/a`, [{ op: 'remove', path: '/data/l' }], JSON_PATCH),
  send(
    'PATCH',
    'a JSON patch of nothing',
    `${MAPS}/a`,
    [{ op: 'remove', path: '/data/zzz' }],
    JSON_PATCH,
  ),
  send('PATCH', 'a JSON patch that is no list', `${MAPS}/a`, {}, JSON_PATCH),
  send('PATCH', 'an apply without a manager', `${MAPS}/a`, {}, APPLY),
  send('PATCH', 'an apply of nothing', `${MAPS}/a?fieldManager=m`, {}, APPLY),
  send(
    'PATCH',
    'an apply',
    `${MAPS}/applied?fieldManager=m`,
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'applied' },
      data: { k: '1' },
    },
    APPLY,
  ),
  send(
    'PATCH',
    'an apply in conflict',
    `${MAPS}/applied?fieldManager=n`,
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'applied' },
      data: { k: '2' },
    },
    APPLY,
  ),
  send(
    'PATCH',
    'an apply by force',
    `${MAPS}/applied?fieldManager=n&force=true`,
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'applied' },
      data: { k: '2' },
    },
    APPLY,
  ),
  send(
    'PATCH',
    'an apply under another name',
    `${MAPS}/applied?fieldManager=n`,
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'other' },
    },
    APPLY,
  ),
]

const SCALE = { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'web' } }
const SCALE_URL = `${DEPLOYMENTS}/web/scale`
const APPLIED = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'applied' } }

/** What does not fit its kind, in each way to write it. */
const MISFITS: readonly RequestCase[] = [
  send('PATCH', 'a scale of text', SCALE_URL, { spec: { replicas: 'x' } }, STRATEGIC),
  send('PATCH', 'half a scale', SCALE_URL, '{', MERGE),
  send('PATCH', 'a scale by one', `${SCALE_URL}?fieldManager=p`, { spec: { replicas: 0 } }, MERGE),
  send(
    'PATCH',
    'an apply of a scale',
    `${SCALE_URL}?fieldManager=q&force=true`,
    { ...SCALE, spec: { replicas: 0 } },
    APPLY,
  ),
  send('PATCH', 'an apply of no scale', `${SCALE_URL}?fieldManager=q`, DEPLOYMENT, APPLY),
  send(
    'PATCH',
    'an apply of a scale below 0',
    `${SCALE_URL}?fieldManager=q&force=true`,
    { ...SCALE, spec: { replicas: -1 } },
    APPLY,
  ),
  ...[
    { spec: { replicas: 'many' } },
    { spec: { replicas: 1.5 } },
    { spec: { replicas: [1, { a: true }], b: null } },
    { spec: { paused: 'yes' } },
    { spec: { strategy: { type: 1 } } },
    { spec: { template: 'x' } },
    { metadata: { labels: { a: 1 } } },
    { metadata: { labels: [1] } },
    { spec: { template: { spec: { containers: [{ name: 'web', image: 1 }] } } } },
  ].map((patch) =>
    send(
      'PATCH',
      `a strategic patch with a wrong type: ${JSON.stringify(patch)}`,
      `${DEPLOYMENTS}/web`,
      patch,
      STRATEGIC,
    ),
  ),
  send(
    'PATCH',
    'a strategic patch with an unknown field, strictly',
    `${DEPLOYMENTS}/web?fieldValidation=Strict`,
    { spec: { foo: 1 } },
    STRATEGIC,
  ),
  send('PATCH', 'half a strategic patch', `${DEPLOYMENTS}/web`, '{"spec":', STRATEGIC),
  send('PATCH', 'no strategic patch', `${DEPLOYMENTS}/web`, '', STRATEGIC),
  send(
    'PATCH',
    'a merge patch with an unknown field, strictly',
    `${MAPS}/a?fieldValidation=Strict`,
    { foo: 1 },
    MERGE,
  ),
  ...[{ foo: 1 }, { data: { k: 7 } }, { data: [] }].map((more) =>
    send(
      'PATCH',
      `an apply that does not fit: ${JSON.stringify(more)}`,
      `${MAPS}/applied?fieldManager=n&fieldValidation=Warn`,
      { ...APPLIED, metadata: { name: 'applied', namespace: 'request-cases' }, ...more },
      APPLY,
    ),
  ),
]

const DELETING: readonly RequestCase[] = [
  send('DELETE', 'what is not there', `${MAPS}/nope`, ''),
  send('DELETE', 'an unknown policy', `${MAPS}/a`, { propagationPolicy: 'Foo' }),
  send('DELETE', 'another uid', `${MAPS}/a`, { preconditions: { uid: 'other' } }),
  send('DELETE', 'a dry run', `${MAPS}/a?dryRun=All`, ''),
  send('DELETE', 'one object', `${MAPS}/a`, ''),
  send('DELETE', 'all namespaces at once', '/api/v1/namespaces', ''),
  send('DELETE', 'a collection by labels', `${MAPS}?labelSelector=app%3Db`, ''),
  get('what is left', `${MAPS}?labelSelector=app`),
]

const FORMS: readonly RequestCase[] = [
  get('the metadata of one', `${MAPS}/c`, {
    accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
  }),
  get('the metadata of all', `${MAPS}?labelSelector=app`, {
    accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
  }),
  send('POST', 'one more', MAPS, map('d')),
  get('a page', `${MAPS}?limit=1&labelSelector=app`),
  get('an unknown continuation', `${MAPS}?continue=abc`),
  get('the end of an apply', `${MAPS}/applied`),
]

export const REQUEST_CASES: readonly RequestCase[] = [
  ...PREPARATION,
  ...READING,
  ...FORMS.slice(0, 2),
  ...WRITING,
  ...MISFITS,
  ...DELETING,
  ...FORMS.slice(2),
  ...STATUS_CASES,
  ...POD_PART_CASES,
  ...ODD_CASES,
  ...PATCH_FAULT_CASES,
  ...BINDING_CASES,
]
