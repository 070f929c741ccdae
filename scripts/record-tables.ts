/**
 * Records how a running API server prints objects: the columns of each kind into `src/api/generated/tables.json`, and
 * examples with their cells into `src/api/generated/printed-rows.json`, where tests compare with them.
 *
 *   KUBECONFIG=… node scripts/record-tables.ts
 *
 * `KUBECTL` names the kubectl command, words parted by spaces; default `kubectl`. Works in a namespace of its own.
 */
import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { KINDS, isKindName } from '../src/api/kinds.ts'
import { fieldsOf, textOf, type Fields } from '../src/base/fields.ts'
import type { JsonObject } from './api-cases/base-objects.ts'
import type { PrintedCase } from './api-cases/printed-case.ts'
import { PRINTED_OBJECTS } from './api-cases/printed-objects.ts'
import { PRINTED_PODS } from './api-cases/printed-pods.ts'
import { itemsOf, without } from './json.ts'
import { withKubectlProxy } from './kubectl-proxy.ts'

const NAMESPACE = 'tables'
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io'

async function record(server: string): Promise<void> {
  const version = textOf((await ask(server, '/version', 'GET'))['gitVersion'])
  write('tables', { kubernetes: version, columns: await readColumns(server) })
  await makeNamespace(server)
  try {
    const cases = []
    for (const each of [...PRINTED_PODS, ...PRINTED_OBJECTS]) {
      cases.push(await print(server, each))
    }
    write('printed-rows', { kubernetes: version, cases })
  } finally {
    await ask(server, `/api/v1/namespaces/${NAMESPACE}`, 'DELETE')
  }
}

async function readColumns(server: string): Promise<Fields> {
  const columns: Record<string, unknown> = {}
  for (const [kind, { apiVersion, plural }] of Object.entries(KINDS)) {
    const table = await ask(server, `/${rootOf(apiVersion)}/${plural}?limit=1`, 'GET')
    columns[kind] = itemsOf(table['columnDefinitions']).map(({ name, type, format, priority }) =>
      format === '' ? { name, type, priority } : { name, type, format, priority },
    )
  }
  return columns
}

async function makeNamespace(server: string): Promise<void> {
  const metadata = { name: NAMESPACE }
  await ask(server, '/api/v1/namespaces', 'POST', { apiVersion: 'v1', kind: 'Namespace', metadata })
  // A pod needs the ServiceAccount that a controller makes.
  const account = `/api/v1/namespaces/${NAMESPACE}/serviceaccounts/default`
  for (let tries = 0; tries < 50; tries++) {
    if ((await send(server, account, 'GET')).ok) return
    await sleep(100)
  }
  throw new Error('the namespace has no ServiceAccount')
}

async function print(server: string, each: PrintedCase): Promise<Fields> {
  const collection = pathOf(each.object)
  const path = `${collection}/${textOf(fieldsOf(each.object['metadata'])['name'])}`
  // Times have whole seconds: in the middle of one no age is about to change.
  if (each.isDryRun === true) {
    await middleOfSecond()
    return rowOf(
      each,
      await ask(server, `${collection}?dryRun=All&includeObject=Object`, 'POST', each.object),
    )
  }
  await ask(server, collection, 'POST', each.object)
  try {
    if (each.isDeleted === true) await ask(server, path, 'DELETE')
    await middleOfSecond()
    if (each.status === undefined) {
      return rowOf(each, await ask(server, `${path}?includeObject=Object`, 'GET'))
    }
    // Not written: its controller would be there before us.
    const query = 'dryRun=All&includeObject=Object'
    return rowOf(
      each,
      await ask(server, `${path}/status?${query}`, 'PATCH', { status: each.status }),
    )
  } finally {
    if (each.isDeleted === true) {
      await ask(server, path, 'PATCH', { metadata: { finalizers: null } })
    }
    await send(server, `${path}?gracePeriodSeconds=0`, 'DELETE')
  }
}

function rowOf({ title, object: { apiVersion, kind } }: PrintedCase, table: Fields): Fields {
  const nowMs = Date.now()
  const [row] = itemsOf(table['rows'])
  const object = fieldsOf(row?.['object'])
  const metadata = without(fieldsOf(object['metadata']), ['managedFields', 'uid'])
  return {
    title,
    nowMs,
    cells: row?.['cells'],
    object: withoutNulls({ ...object, apiVersion, kind, metadata }),
  }
}

/** Kubernetes writes absent times as null; here they are absent. */
function withoutNulls(value: Fields): unknown {
  return JSON.parse(JSON.stringify(value, (_key, part: unknown) => part ?? undefined))
}

function pathOf({ apiVersion, kind }: JsonObject): string {
  const name = textOf(kind)
  if (!isKindName(name)) throw new Error(`${name} is not served`)
  const { plural, namespaced } = KINDS[name]
  const scope = namespaced ? `namespaces/${NAMESPACE}/` : ''
  return `/${rootOf(textOf(apiVersion))}/${scope}${plural}`
}

function rootOf(apiVersion: string): string {
  return apiVersion.includes('/') ? `apis/${apiVersion}` : `api/${apiVersion}`
}

async function middleOfSecond(): Promise<void> {
  const offsetMs = Date.now() % 1000
  if (offsetMs > 700 || offsetMs < 100) await sleep((1250 - offsetMs) % 1000)
}

async function ask(server: string, path: string, method: string, body?: Fields): Promise<Fields> {
  const response = await send(server, path, method, body)
  const answer: unknown = await response.json()
  if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`)
  return fieldsOf(answer)
}

function send(server: string, path: string, method: string, body?: Fields): Promise<Response> {
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
  return fetch(`${server}${path}`, {
    method,
    headers: { 'content-type': type, accept: `${TABLE},application/json` },
    signal: AbortSignal.timeout(10_000),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

/** One line for each kind's columns, and for each case. */
function write(name: string, content: unknown): void {
  const path = fileURLToPath(new URL(`../src/api/generated/${name}.json`, import.meta.url))
  const lines = JSON.stringify(content)
    .replaceAll('},{"title"', '},\n{"title"')
    .replaceAll(/\],("[A-Z])/g, '],\n$1')
  writeFileSync(path, `${lines}\n`)
}

await withKubectlProxy(record)
