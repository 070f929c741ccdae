/**
 * Tells a running Kubernetes API server the stories of `api-cases/apply-stories.ts`, which are about
 * who owns which field, and writes what became of each object after each step into
 * `src/api/generated/apply.json`, where a test compares ours with it.
 *
 *   KUBECONFIG=… node scripts/record-apply.ts
 *
 * `KUBECTL` names the kubectl command, words parted by spaces; default `kubectl`. No controller may
 * touch the objects: of those of kube-controller-manager, run only `serviceaccount-controller`,
 * `root-ca-certificate-publisher-controller` and `namespace-controller`.
 */
import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { fieldsOf, textOf, type Fields } from '../src/base/fields.ts'
import { APPLY_STORIES } from './api-cases/apply-stories.ts'
import type { ApplyStep, ApplyStory } from './api-cases/apply-step.ts'
import { itemsOf, without } from './json.ts'
import { withKubectlProxy } from './kubectl-proxy.ts'
import { mergePatched } from './merge-patch.ts'

const OUTPUT = fileURLToPath(new URL('../src/api/generated/apply.json', import.meta.url))

/** Stories are told side by side, each in a namespace of its own. */
const NAMESPACES = Array.from({ length: 12 }, (_, index) => `apply-${index}`)

/** Times have whole seconds, so that each step needs one of its own. */
const STEP_MS = 1_100

const PLURALS: Readonly<Record<string, string>> = {
  Endpoints: 'endpoints',
  Ingress: 'ingresses',
}

const CONTENT_TYPES: Readonly<Record<ApplyStep['how'], string>> = {
  create: 'application/json',
  put: 'application/json',
  merge: 'application/merge-patch+json',
  apply: 'application/apply-patch+yaml',
}

async function record(server: string): Promise<void> {
  const version = await ask(`${server}/version`, 'GET')
  await Promise.all(NAMESPACES.map((name) => makeNamespace(server, name)))
  const waiting = APPLY_STORIES.entries()
  const told: { name: string; steps: readonly Fields[] }[] = []
  await Promise.all(
    NAMESPACES.map(async (namespace) => {
      // The iterator is shared: each takes the next story.
      for (const [index, story] of waiting) {
        told[index] = { name: story.name, steps: await tell(story, { server, namespace }) }
      }
    }),
  )
  const stories = told.map((story) => JSON.stringify(story)).join(',\n')
  const kubernetes = JSON.stringify(version.body['gitVersion'])
  writeFileSync(OUTPUT, `{"kubernetes":${kubernetes},"stories":[\n${stories}\n]}\n`)
  await Promise.all(NAMESPACES.map((name) => ask(`${server}/api/v1/namespaces/${name}`, 'DELETE')))
}

async function makeNamespace(server: string, name: string): Promise<void> {
  const metadata = { name }
  await ask(`${server}/api/v1/namespaces`, 'POST', { body: { metadata } })
  // Pods are refused until it is there.
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const url = `${server}/api/v1/namespaces/${name}/serviceaccounts/default`
    if ((await ask(url, 'GET')).status === 200) return
    await sleep(100)
  }
  throw new Error(`${name} has no service account`)
}

interface Place {
  readonly server: string
  readonly namespace: string
}

async function tell(story: ApplyStory, place: Place): Promise<readonly Fields[]> {
  const [first] = story.steps
  if (first === undefined) return []
  const url = urlOf(first.body, place)
  const times = new Map<string, string>()
  const steps: Fields[] = []
  let before: Seen = { object: {}, managedFields: [] }
  for (const step of story.steps) {
    const pause = sleep(STEP_MS)
    const answer = await send(step, url)
    const seen = seenOf((await ask(url, 'GET')).body, times, steps.length)
    const refusal = answer.status < 300 ? {} : { status: statusOf(answer.body) }
    steps.push({ ...refusal, ...changed(before, seen) })
    before = seen
    await pause
  }
  await ask(url, 'PATCH', {
    body: { metadata: { finalizers: null } },
    type: CONTENT_TYPES.merge,
  })
  await ask(`${url}?gracePeriodSeconds=0`, 'DELETE')
  return steps
}

function urlOf({ apiVersion, kind, metadata }: Fields, place: Place): string {
  const version = textOf(apiVersion)
  const base = version.includes('/') ? `apis/${version}` : `api/${version}`
  const plural = PLURALS[textOf(kind)] ?? `${textOf(kind).toLowerCase()}s`
  const name = textOf(fieldsOf(metadata)['name'])
  return `${place.server}/${base}/namespaces/${place.namespace}/${plural}/${name}`
}

async function send({ how, as, body, on, force }: ApplyStep, object: string): Promise<Answer> {
  const url = on === undefined ? object : `${object}/${on}`
  const manager = `fieldManager=${encodeURIComponent(as)}`
  const type = CONTENT_TYPES[how]
  switch (how) {
    case 'create':
      return ask(`${object.replace(/\/[^/]+$/, '')}?${manager}`, 'POST', { body, type })
    case 'put': {
      const live = await ask(url, 'GET')
      const next = mergePatched(live.body, body)
      return ask(`${url}?${manager}`, 'PUT', { body: next, type })
    }
    case 'merge':
      return ask(`${url}?${manager}`, 'PATCH', { body, type })
    case 'apply': {
      const forced = force === true ? '&force=true' : ''
      return ask(`${url}?${manager}${forced}`, 'PATCH', { body, type })
    }
  }
}

interface Seen {
  readonly object: Fields
  readonly managedFields: readonly Fields[]
}

/** Without what is another each time; the time of an entry tells the step that wrote it. */
function seenOf(body: Fields, times: Map<string, string>, step: number): Seen {
  const metadata = fieldsOf(body['metadata'])
  if (body['kind'] === 'Status') return { object: {}, managedFields: [] }
  const managedFields = itemsOf(metadata['managedFields']).map((entry) => {
    const time = textOf(entry['time'])
    if (time === '' || time.startsWith('2020')) return entry
    if (!times.has(time)) times.set(time, timeOf(step))
    return { ...entry, time: times.get(time) }
  })
  const object = { ...body, metadata: without(metadata, SERVER_METADATA) }
  return { object: fieldsOf(JSON.parse(masked(JSON.stringify(object)))), managedFields }
}

const SERVER_METADATA = [
  'managedFields',
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'namespace',
  'generation',
]

function timeOf(step: number): string {
  return `2026-01-01T00:00:${String(step).padStart(2, '0')}Z`
}

/** Addresses and ports that are given out, and the names of volumes with a token. */
function masked(json: string): string {
  return json
    .replaceAll(/"clusterIPs?":("[^"]*"|\["[^"]*"\]),?/g, '')
    .replaceAll(/,"(nodePort|healthCheckNodePort)":\d+/g, '')
    .replaceAll(/kube-api-access-\w+/g, 'kube-api-access')
}

function changed(before: Seen, seen: Seen): Fields {
  return {
    ...(isSame(before.object, seen.object) ? {} : { object: seen.object }),
    ...(isSame(before.managedFields, seen.managedFields)
      ? {}
      : { managedFields: seen.managedFields }),
  }
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

/** Kubernetes names the managers of a conflict in any order. */
function statusOf(body: Fields): Fields {
  const causes = itemsOf(fieldsOf(body['details'])['causes'])
  const sorted = causes.toSorted((a, b) =>
    textOf(a['message']).localeCompare(textOf(b['message']), 'en'),
  )
  return {
    code: body['code'],
    reason: body['reason'],
    message: body['message'],
    ...(causes.length === 0 ? {} : { causes: sorted }),
  }
}

interface Answer {
  readonly status: number
  readonly body: Fields
}

async function ask(
  url: string,
  method: string,
  { body, type = CONTENT_TYPES.create }: { body?: Fields; type?: string } = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': type },
    signal: AbortSignal.timeout(20_000),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: fieldsOf(await response.json()) }
}

await withKubectlProxy(record)
