/**
 * Asks a running Kubernetes API server (dry run: nothing is created) what it fills into objects and
 * what it refuses, and writes the answers to `src/api/generated/`, where tests compare with them.
 *
 *   KUBECONFIG=… node scripts/record-answers.ts
 *
 * `KUBECTL` names the kubectl command, words parted by spaces; default `kubectl`.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { JsonObject } from './api-cases/base-objects.ts'
import { DEFAULTING_CASES } from './api-cases/defaulting.ts'
import { UPDATE_CASES } from './api-cases/updates.ts'
import { VALIDATION_CASES } from './api-cases/validation.ts'
import { fieldsOf, itemsOf, textOf, without, type JsonFields } from './json.ts'

const PLURALS: Readonly<Record<string, string>> = {
  Deployment: 'apis/apps/v1/namespaces/default/deployments',
  ReplicaSet: 'apis/apps/v1/namespaces/default/replicasets',
  Pod: 'api/v1/namespaces/default/pods',
  Service: 'api/v1/namespaces/default/services',
  ConfigMap: 'api/v1/namespaces/default/configmaps',
  Namespace: 'api/v1/namespaces',
}

interface Answer {
  readonly status: number
  readonly body: JsonFields
}

async function record(server: string): Promise<void> {
  const version = await ask(`${server}/version`, 'GET')
  const kubernetes = textOf(version.body['gitVersion'])

  const defaulted = []
  for (const [name, input] of DEFAULTING_CASES) {
    const { status, body } = await create(server, input)
    if (status !== 201) throw new Error(`${name}: ${JSON.stringify(body)}`)
    defaulted.push({ name, output: withoutServerFields(body, input) })
  }
  write('defaulting', { kubernetes, cases: defaulted })

  const validated = []
  for (const [name, input] of VALIDATION_CASES) {
    validated.push({ name, causes: causesOf(await create(server, input)) })
  }
  write('validation', { kubernetes, cases: validated })

  const updated = []
  for (const [name, before, after] of UPDATE_CASES) {
    updated.push({ name, causes: causesOf(await update(server, before, after)) })
  }
  write('updates', { kubernetes, cases: updated })
}

function create(server: string, object: JsonObject): Promise<Answer> {
  return ask(`${server}/${pathOf(object)}?dryRun=All`, 'POST', object)
}

/** An update needs something to update, so the old object is there for a moment. */
async function update(server: string, before: JsonObject, after: JsonObject): Promise<Answer> {
  const path = `${server}/${pathOf(before)}`
  const name = textOf(fieldsOf(before['metadata'])['name'])
  const made = await ask(path, 'POST', unscheduled(before))
  if (made.status !== 201) throw new Error(`cannot create ${name}: ${JSON.stringify(made.body)}`)
  try {
    return await ask(`${path}/${name}?dryRun=All`, 'PUT', onTop(made.body, after))
  } finally {
    await ask(`${path}/${name}?gracePeriodSeconds=0`, 'DELETE')
  }
}

/** A pod that a scheduler takes up changes between two requests. */
function unscheduled(object: JsonObject): JsonFields {
  if (object['kind'] !== 'Pod') return object
  return { ...object, spec: { ...fieldsOf(object['spec']), schedulerName: 'nobody' } }
}

/** A pod that lacks what admission plugins added would be refused for that alone. */
function onTop(made: JsonFields, after: JsonObject): JsonFields {
  if (after['kind'] !== 'Pod') return after
  const spec = fieldsOf(made['spec'])
  const stored = itemsOf(spec['containers'])
  const wanted = itemsOf(fieldsOf(after['spec'])['containers'])
  const containers = wanted.map((item, index) => ({ ...stored[index], ...item }))
  const metadata = without(fieldsOf(made['metadata']), ['resourceVersion'])
  return { ...made, metadata, spec: { ...spec, containers } }
}

function pathOf(object: JsonObject): string {
  return PLURALS[textOf(object['kind'])] ?? ''
}

async function ask(url: string, method: string, body?: JsonFields): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json' },
    signal: AbortSignal.timeout(10_000),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: fieldsOf(await response.json()) }
}

/** The causes of a refusal, each message cut after its first line; none when the server accepts. */
function causesOf({ status, body }: Answer): readonly unknown[] {
  if (status < 300) return []
  const causes = itemsOf(fieldsOf(body['details'])['causes'])
  if (causes.length === 0) return [{ reason: body['reason'], message: body['message'] }]
  return causes.map((cause) => ({ ...cause, message: textOf(cause['message']).split('\n', 1)[0] }))
}

/** Without what is no default: identity, bookkeeping, allocations and what admission plugins write. */
function withoutServerFields(
  { metadata, spec, ...rest }: JsonFields,
  input: JsonObject,
): JsonFields {
  return {
    ...without(rest, ['status']),
    metadata: without(fieldsOf(metadata), SERVER_METADATA),
    ...(spec === undefined ? {} : { spec: withoutAdmission(fieldsOf(spec), input) }),
  }
}

const SERVER_METADATA = [
  'uid',
  'creationTimestamp',
  'managedFields',
  'generation',
  'resourceVersion',
]
const POD_ADMISSION = [
  'volumes',
  'tolerations',
  'priority',
  'preemptionPolicy',
  'serviceAccount',
  'serviceAccountName',
]

function withoutAdmission(spec: JsonFields, input: JsonObject): JsonFields {
  if (input['kind'] === 'Pod') {
    const containers = itemsOf(spec['containers'])
    return {
      ...without(spec, POD_ADMISSION),
      containers: containers.map((item) => without(item, ['volumeMounts'])),
    }
  }
  if (input['kind'] !== 'Service') return spec
  const asked = fieldsOf(input['spec'])['clusterIP'] !== undefined
  const service = without(spec, asked ? [] : ['clusterIP', 'clusterIPs'])
  if (service['ports'] === undefined) return service
  return {
    ...service,
    ports: itemsOf(service['ports']).map((port) => without(port, ['nodePort'])),
  }
}

function write(name: string, content: unknown): void {
  const path = fileURLToPath(new URL(`../src/api/generated/${name}.json`, import.meta.url))
  writeFileSync(path, `${JSON.stringify(content, null, 1)}\n`)
}

async function main(): Promise<void> {
  const [program = 'kubectl', ...words] = (process.env['KUBECTL'] ?? 'kubectl').split(' ')
  const proxy = spawn(program, [...words, 'proxy', '--port=0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const [line]: readonly unknown[] = await once(createInterface(proxy.stdout), 'line')
    const address = /127\.0\.0\.1:\d+/.exec(textOf(line))?.[0]
    if (address === undefined) throw new Error(`kubectl proxy said: ${textOf(line)}`)
    await record(`http://${address}`)
  } finally {
    proxy.kill()
  }
}

await main()
