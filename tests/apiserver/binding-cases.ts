import type { RequestCase } from './request-case.ts'

const PODS = '/api/v1/namespaces/NS/pods'

const POD = {
  metadata: { name: 'bound' },
  spec: {
    schedulerName: 'none',
    automountServiceAccountToken: false,
    containers: [{ name: 'web', image: 'web:v1' }],
  },
}

function post(name: string, path: string, body: object): RequestCase {
  const headers = { 'content-type': 'application/json' }
  return { name, method: 'POST', path: `${PODS}${path}`, headers, body: JSON.stringify(body) }
}

function bind(name: string, metadata: object, target?: object, query = ''): RequestCase {
  return post(name, `/bound/binding${query}`, { metadata, ...(target && { target }) })
}

const NODE = { kind: 'Node', name: 'a' }
const OWN = { name: 'bound' }

/** Assignments of a pod to a node, none of which is carried out. */
export const BINDING_CASES: readonly RequestCase[] = [
  post('a pod to bind', '', POD),
  bind('a binding of another name', { name: 'other' }, NODE),
  bind('a binding of no name', {}, NODE),
  bind('a binding in another namespace', { ...OWN, namespace: 'other' }, NODE),
  bind('a binding to what is no node', OWN, { kind: 'Minion', name: 'a' }),
  bind('a binding to a node without a name', OWN, { kind: 'Node', name: '' }),
  bind('a binding to a Pod without a name', OWN, { kind: 'Pod' }),
  bind('a binding to nothing', OWN),
  bind(
    'a binding with an unknown field, strictly',
    { ...OWN, foo: 1 },
    NODE,
    '?fieldValidation=Strict',
  ),
  bind('a binding that is only tried', OWN, NODE, '?dryRun=All'),
  bind('a binding that is only tried, to no kind', OWN, { name: 'a' }, '?dryRun=All'),
  post('a binding of no pod', '/nobody/binding', { metadata: { name: 'nobody' }, target: NODE }),
  post('a binding of no pod to nothing', '/nobody/binding', { metadata: { name: 'nobody' } }),
]
