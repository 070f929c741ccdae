/**
 * Asks a running Kubernetes API server what becomes of objects by patches (dry run), and writes the
 * answers to `src/api/generated/patches.json`, where a test compares ours with them. The objects are
 * made in a namespace of their own, which is deleted at the end.
 *
 *   KUBECONFIG=… node scripts/record-patches.ts
 *
 * `KUBECTL` names the kubectl command, words parted by spaces; default `kubectl`.
 */
import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { fieldsOf, textOf, type Fields } from '../src/base/fields.ts'
import type { JsonObject } from './api-cases/base-objects.ts'
import { change } from './api-cases/base-objects.ts'
import type { PatchCase, PatchType } from './api-cases/patched-objects.ts'
import { PATCH_CASES } from './api-cases/patches.ts'
import { withKubectlProxy } from './kubectl-proxy.ts'
import { without } from './json.ts'

const NAMESPACE = 'record-patches'

const PLURALS: Readonly<Record<string, string>> = {
  Deployment: 'apis/apps/v1/namespaces/record-patches/deployments',
  Pod: 'api/v1/namespaces/record-patches/pods',
  Service: 'api/v1/namespaces/record-patches/services',
  ConfigMap: 'api/v1/namespaces/record-patches/configmaps',
}

const CONTENT_TYPES: Readonly<Record<PatchType, string>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
}

interface Answer {
  readonly status: number
  readonly body: Fields
}

async function record(server: string): Promise<void> {
  const version = await ask(`${server}/version`, 'GET')
  await enterNamespace(server)
  try {
    const cases = []
    for (const patchCase of PATCH_CASES) cases.push(await recordCase(server, patchCase))
    const kubernetes = textOf(version.body['gitVersion'])
    const path = fileURLToPath(new URL('../src/api/generated/patches.json', import.meta.url))
    const objects = [...new Set(cases.map(({ current }) => current))]
    const lines = cases.map((recorded) =>
      JSON.stringify({ ...recorded, current: objects.indexOf(recorded.current) }),
    )
    const lists = `"objects":[\n${objects.join(',\n')}\n],"cases":[\n${lines.join(',\n')}\n]`
    writeFileSync(path, `{"kubernetes":"${kubernetes}",${lists}}\n`)
  } finally {
    await ask(`${server}/api/v1/namespaces/${NAMESPACE}`, 'DELETE')
  }
}

/** Pods can be made once the namespace has its service account. */
async function enterNamespace(server: string): Promise<void> {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } }
  const made = await ask(`${server}/api/v1/namespaces`, 'POST', namespace)
  if (made.status !== 201) throw new Error(`no namespace: ${JSON.stringify(made.body)}`)
  const account = `${server}/api/v1/namespaces/${NAMESPACE}/serviceaccounts/default`
  for (let attempt = 0; attempt < 100; attempt++) {
    const found = await ask(account, 'GET')
    if (found.status === 200) return
    await sleep(100)
  }
  throw new Error('the namespace has no service account')
}

/** `current` is JSON, since many patches have the same object. */
async function recordCase(
  server: string,
  patchCase: PatchCase,
): Promise<Fields & { readonly current: string }> {
  const [name, object, type, patch, subresource] = patchCase
  const path = `${server}/${PLURALS[textOf(object['kind'])] ?? ''}`
  const made = await ask(path, 'POST', unscheduled(change(object, 'metadata.namespace', NAMESPACE)))
  if (made.status !== 201) throw new Error(`${name}: cannot create ${JSON.stringify(made.body)}`)
  const itself = `${path}/${textOf(fieldsOf(made.body['metadata'])['name'])}`
  try {
    const [current, { status, body }] = await patchedAtRest(itself, patchCase)
    const answer = status < 300 ? { object: comparable(body, subresource) } : { refusal: body }
    return {
      name: `${type}: ${name}`,
      type,
      patch: tooLong(patch) ? undefined : patch,
      current: JSON.stringify(comparable(current, subresource)),
      ...answer,
    }
  } finally {
    await ask(itself, 'PATCH', { metadata: { finalizers: null } }, CONTENT_TYPES.merge)
    await ask(`${itself}?gracePeriodSeconds=0`, 'DELETE')
  }
}

/** The object and what becomes of it, in a moment when nobody else changes it. */
async function patchedAtRest(
  itself: string,
  [name, , type, patch, subresource]: PatchCase,
): Promise<readonly [current: Fields, answer: Answer]> {
  const target = subresource === undefined ? itself : `${itself}/${subresource}`
  for (let attempt = 0; attempt < 20; attempt++) {
    const before = await ask(itself, 'GET')
    const answer = await ask(`${target}?dryRun=All`, 'PATCH', patch, CONTENT_TYPES[type])
    const after = await ask(itself, 'GET')
    if (before.status !== 200) throw new Error(`${name}: the object is gone`)
    if (versionOf(before) === versionOf(after)) return [before.body, answer]
  }
  throw new Error(`${name}: the object is never at rest`)
}

function versionOf({ body }: Answer): string {
  return textOf(fieldsOf(body['metadata'])['resourceVersion'])
}

/** A pod that a scheduler takes up changes between two requests. */
function unscheduled(object: JsonObject): Fields {
  if (object['kind'] !== 'Pod') return object
  return { ...object, spec: { ...fieldsOf(object['spec']), schedulerName: 'nobody' } }
}

/** Without what is new in each recording, and without a status that is not asked about. */
function comparable(object: Fields, subresource: string | undefined): Fields {
  const metadata = without(fieldsOf(object['metadata']), [
    'uid',
    'creationTimestamp',
    'managedFields',
    'generation',
    'resourceVersion',
  ])
  const rest = subresource === 'status' ? object : without(object, ['status'])
  const spec = fieldsOf(object['spec'])
  if (object['kind'] === 'Pod')
    return { ...rest, metadata, spec: without(spec, ['volumes', 'containers']) }
  if (object['kind'] !== 'Service') return { ...rest, metadata }
  return { ...rest, metadata, spec: without(spec, ['clusterIP', 'clusterIPs']) }
}

/** The test makes the same patch again. */
function tooLong(patch: unknown): boolean {
  return JSON.stringify(patch).length > 10_000
}

async function ask(
  url: string,
  method: string,
  body?: unknown,
  contentType = 'application/json',
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': contentType },
    signal: AbortSignal.timeout(10_000),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: fieldsOf(await response.json()) }
}

await withKubectlProxy(record)
