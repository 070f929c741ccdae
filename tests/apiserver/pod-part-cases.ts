import type { RequestCase } from './request-case.ts'

const PODS = '/api/v1/namespaces/NS/pods'
const JSON_BODY = { 'content-type': 'application/json' }
const STRATEGIC = { 'content-type': 'application/strategic-merge-patch+json' }
const MERGE = { 'content-type': 'application/merge-patch+json' }

/** No scheduler takes it, and nobody mounts a token into it. */
const SPEC = { schedulerName: 'none', automountServiceAccountToken: false }
const RESOURCES = { requests: { cpu: '100m', memory: '10Mi' }, limits: { memory: '20Mi' } }

const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'parts' },
  spec: {
    ...SPEC,
    initContainers: [
      { name: 'prepare', image: 'web:v1', resources: RESOURCES },
      { name: 'beside', image: 'web:v1', restartPolicy: 'Always', resources: RESOURCES },
    ],
    containers: [
      { name: 'web', image: 'web:v1', resources: RESOURCES },
      { name: 'bare', image: 'web:v1' },
    ],
  },
}

function send(method: string, name: string, path: string, body: object): RequestCase {
  return { name, method, path: `${PODS}${path}`, headers: JSON_BODY, body: JSON.stringify(body) }
}

function patch(name: string, path: string, spec: object, headers = STRATEGIC): RequestCase {
  const body = JSON.stringify({ spec })
  return { name, method: 'PATCH', path: `${PODS}${path}`, headers, body }
}

function debug(name: string, ...containers: readonly object[]): RequestCase {
  return patch(name, '/parts/ephemeralcontainers', { ephemeralContainers: containers })
}

function resize(name: string, containers: object, headers = STRATEGIC): RequestCase {
  return patch(name, '/parts/resize', containers, headers)
}

function read(name: string, path: string): RequestCase {
  return { name, method: 'GET', path: `${PODS}${path}` }
}

const SHELL = {
  name: 'shell',
  image: 'busybox',
  stdin: true,
  tty: true,
  targetContainerName: 'web',
}

const EPHEMERAL: readonly RequestCase[] = [
  send('POST', 'a pod that begins with an ephemeral container', '', {
    ...POD,
    metadata: { name: 'other' },
    spec: { ...SPEC, containers: [{ name: 'web', image: 'web:v1' }], ephemeralContainers: [SHELL] },
  }),
  debug('an ephemeral container', SHELL),
  debug('another, and what is no ephemeral container is left alone', {
    name: 'more',
    image: 'busybox:1',
  }),
  {
    name: 'a status and metadata of a pod with ephemeral containers',
    method: 'PATCH',
    path: `${PODS}/parts/status`,
    headers: MERGE,
    body: JSON.stringify({ metadata: { labels: { app: 'parts' } }, status: { message: 'fine' } }),
    statusFields: ['message'],
  },
  {
    name: 'a status with metadata that are not good',
    method: 'PATCH',
    path: `${PODS}/parts/status`,
    headers: MERGE,
    body: JSON.stringify({
      metadata: {
        finalizers: ['x'],
        labels: { '-': '!' },
        annotations: { 'kubernetes.io/config.mirror': 'x' },
      },
      status: { message: 'not fine' },
    }),
  },
  debug('one of a name that is taken', { name: 'web', image: 'busybox' }),
  debug('one of a bad name', { name: 'A_b', image: 'busybox' }),
  debug('one without an image', { name: 'empty' }),
  debug('one whose image has a space behind it', { name: 'space', image: 'busybox ' }),
  debug('one for a container that there is not', {
    name: 'x',
    image: 'busybox',
    targetContainerName: 'nope',
  }),
  debug('one with what is not for it', {
    name: 'x',
    image: 'busybox',
    ports: [{ containerPort: 80 }],
    resources: RESOURCES,
    livenessProbe: { exec: { command: ['true'] } },
    lifecycle: { preStop: { exec: { command: ['true'] } } },
  }),
  patch('all of them gone', '/parts/ephemeralcontainers', { ephemeralContainers: null }, MERGE),
  patch('nothing of theirs', '/parts/ephemeralcontainers', {
    containers: [{ name: 'web', image: 'web:v2' }],
  }),
  read('the pod by its ephemeral containers', '/parts/ephemeralcontainers'),
  debug('an ephemeral container of no pod', SHELL),
  { ...debug('of a pod that is not there', SHELL), path: `${PODS}/nope/ephemeralcontainers` },
  send('POST', 'to ephemeral containers, which are not made so', '/parts/ephemeralcontainers', POD),
]

const RESIZE: readonly RequestCase[] = [
  resize('more of everything', {
    containers: [
      { name: 'web', resources: { requests: { cpu: '200m' }, limits: { memory: '30Mi' } } },
    ],
    initContainers: [{ name: 'beside', resources: { requests: { cpu: '150m' } } }],
  }),
  resize('a limit that is new', {
    containers: [{ name: 'web', resources: { limits: { cpu: '1' } } }],
  }),
  resize('a request for a container that had none', {
    containers: [{ name: 'bare', resources: { requests: { cpu: '1m' } } }],
  }),
  resize('another image, which is not looked at', {
    containers: [{ name: 'web', image: 'web:v9' }],
  }),
  resize('more for a container that only prepares', {
    initContainers: [{ name: 'prepare', resources: { requests: { cpu: '1' } } }],
  }),
  resize('a request that is taken back', {
    containers: [{ name: 'web', resources: { requests: { cpu: null } } }],
  }),
  resize('a limit that is taken back', {
    containers: [{ name: 'web', resources: { limits: { memory: null } } }],
  }),
  resize('more than the limit', {
    containers: [{ name: 'web', resources: { requests: { memory: '1Gi' } } }],
  }),
  resize('another resource', {
    containers: [{ name: 'web', resources: { requests: { 'ephemeral-storage': '1Gi' } } }],
  }),
  resize('a negative amount', {
    containers: [{ name: 'web', resources: { requests: { cpu: '-1' } } }],
  }),
  resize('another policy', {
    containers: [
      { name: 'web', resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'NotRequired' }] },
    ],
  }),
  resize('one container more', { containers: [{ name: 'new', image: 'web:v1' }] }),
  resize(
    'one container less',
    { containers: [{ name: 'web', image: 'web:v1', resources: RESOURCES }] },
    MERGE,
  ),
  resize('containers in another order', { containers: POD.spec.containers.toReversed() }, MERGE),
  resize('nothing at all', {}),
  read('the pod by its sizes', '/parts/resize'),
  send('POST', 'a pod that asks for nothing', '', {
    ...POD,
    metadata: { name: 'idle' },
    spec: { ...SPEC, containers: [{ name: 'web', image: 'web:v1' }] },
  }),
  patch('a resize to another class of service', '/idle/resize', {
    containers: [{ name: 'web', resources: { requests: { cpu: '1' } } }],
  }),
]

/** The subresources of a pod that write a part of its spec. */
export const POD_PART_CASES: readonly RequestCase[] = [
  send('POST', 'a pod with all kinds of containers', '', POD),
  ...EPHEMERAL,
  ...RESIZE,
]
