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
  readonly body: Record<string, unknown>
}

async function record(server: string): Promise<void> {
  const version = await ask(`${server}/version`, 'GET')
  const kubernetes = String(version.body['gitVersion'])

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
  const { name } = before['metadata'] as { name: string }
  const made = await ask(path, 'POST', before)
  if (made.status !== 201) throw new Error(`cannot create ${name}: ${JSON.stringify(made.body)}`)
  try {
    return await ask(`${path}/${name}?dryRun=All`, 'PUT', onTop(made.body, after))
  } finally {
    await ask(`${path}/${name}?gracePeriodSeconds=0`, 'DELETE')
  }
}

/** A pod that lacks what admission plugins added would be refused for that alone. */
function onTop(made: Record<string, unknown>, after: JsonObject): JsonObject {
  if (after['kind'] !== 'Pod') return after
  const pod = structuredClone(made) as { spec: { containers: object[] } }
  const { containers } = after['spec'] as unknown as { containers: readonly object[] }
  pod.spec.containers = containers.map((item, i) => ({ ...pod.spec.containers[i], ...item }))
  return pod as unknown as JsonObject
}

function pathOf(object: JsonObject): string {
  return PLURALS[String(object['kind'])] ?? ''
}

async function ask(url: string, method: string, body?: JsonObject): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json' },
    signal: AbortSignal.timeout(10_000),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

/** The causes of a refusal, each message cut after its first line; none when the server accepts. */
function causesOf({ status, body }: Answer): readonly unknown[] {
  if (status < 300) return []
  const details = body['details'] as { causes?: readonly { message: string }[] } | undefined
  if (details?.causes === undefined) {
    return [{ reason: String(body['reason']), message: String(body['message']) }]
  }
  return details.causes.map((cause) => ({ ...cause, message: cause.message.split('\n', 1)[0] }))
}

/** Without what is no default: identity, bookkeeping, allocations and what admission plugins write. */
function withoutServerFields(
  { metadata, spec, ...rest }: Record<string, unknown>,
  input: JsonObject,
): Record<string, unknown> {
  return {
    ...without(rest, ['status']),
    metadata: without(metadata as object, SERVER_METADATA),
    ...(spec === undefined ? {} : { spec: withoutAdmission(spec as object, input) }),
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

function withoutAdmission(spec: object, input: JsonObject): object {
  if (input['kind'] === 'Pod') {
    const pod = without(spec, POD_ADMISSION)
    const containers = pod['containers'] as readonly object[]
    return { ...pod, containers: containers.map((item) => without(item, ['volumeMounts'])) }
  }
  if (input['kind'] !== 'Service') return spec
  const asked = (input['spec'] as JsonObject)['clusterIP'] !== undefined
  const service = without(spec, asked ? [] : ['clusterIP', 'clusterIPs'])
  const ports = service['ports'] as readonly object[] | undefined
  if (ports === undefined) return service
  return { ...service, ports: ports.map((port) => without(port, ['nodePort'])) }
}

function without(object: object, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)))
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
    const [line] = (await once(createInterface(proxy.stdout), 'line')) as [string]
    const address = /127\.0\.0\.1:\d+/.exec(line)?.[0]
    if (address === undefined) throw new Error(`kubectl proxy said: ${line}`)
    await record(`http://${address}`)
  } finally {
    proxy.kill()
  }
}

await main()
