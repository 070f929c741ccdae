/**
 * Asks a running Kubernetes API server (dry run: nothing stays) what it fills into objects, what it refuses and what it
 * warns of, and writes the answers to `src/api/generated/`, where tests compare with them.
 *
 *   KUBECONFIG=… NAMESPACE=… node scripts/record-answers.ts
 *
 * `KUBECTL` names the kubectl command, words parted by spaces; default `kubectl`. `NAMESPACE` is where objects are made;
 * it must be there. Without controllers: what they change meanwhile is not what is asked about.
 */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { fieldsOf, textOf, type Fields } from '../src/base/fields.ts'
import type { JsonObject } from './api-cases/base-objects.ts'
import { DECODING_CASES } from './api-cases/decoding.ts'
import { DEFAULTING_CASES } from './api-cases/defaulting.ts'
import { UPDATE_CASES } from './api-cases/updates.ts'
import { VALIDATION_CASES } from './api-cases/validation.ts'
import { WARNING_CASES } from './api-cases/warnings.ts'
import { ask, type Answer } from './api-request.ts'
import { withKubectlProxy } from './kubectl-proxy.ts'
import { itemsOf, without } from './json.ts'

/** Of namespaced kinds, with the place of the namespace. */
const PATHS: Readonly<Record<string, string>> = {
  Deployment: 'apis/apps/v1/namespaces/*/deployments',
  ReplicaSet: 'apis/apps/v1/namespaces/*/replicasets',
  Pod: 'api/v1/namespaces/*/pods',
  Service: 'api/v1/namespaces/*/services',
  Endpoints: 'api/v1/namespaces/*/endpoints',
  EndpointSlice: 'apis/discovery.k8s.io/v1/namespaces/*/endpointslices',
  ConfigMap: 'api/v1/namespaces/*/configmaps',
  Secret: 'api/v1/namespaces/*/secrets',
  ServiceAccount: 'api/v1/namespaces/*/serviceaccounts',
  Event: 'api/v1/namespaces/*/events',
  'events.k8s.io/v1/Event': 'apis/events.k8s.io/v1/namespaces/*/events',
  Lease: 'apis/coordination.k8s.io/v1/namespaces/*/leases',
  PodDisruptionBudget: 'apis/policy/v1/namespaces/*/poddisruptionbudgets',
  Ingress: 'apis/networking.k8s.io/v1/namespaces/*/ingresses',
  IngressClass: 'apis/networking.k8s.io/v1/ingressclasses',
  Namespace: 'api/v1/namespaces',
  Node: 'api/v1/nodes',
}

/** The namespace of the cases; the server is asked about another. */
const CASE_NAMESPACE = 'default'
const NAMESPACE = process.env['NAMESPACE'] ?? CASE_NAMESPACE

async function record(server: string): Promise<void> {
  const version = await ask(`${server}/version`, 'GET')
  const kubernetes = textOf(version.body['gitVersion'])
  const defaulted = []
  for (const [name, input] of DEFAULTING_CASES) {
    const answer = await create(server, input)
    if (answer.status !== 201) throw new Error(`${name}: ${JSON.stringify(answer.body)}`)
    defaulted.push({ name, output: withoutServerFields(answer.body, input) })
  }
  write('defaulting', { kubernetes, cases: defaulted })

  const validated = []
  const refusals = []
  for (const [name, input] of VALIDATION_CASES) {
    const answer = await create(server, input)
    validated.push({ name, causes: causesOf(answer) })
    if (refusals.length < REFUSALS_MAX && isTelling(validated.length, answer)) {
      refusals.push({ name, status: answer.body })
    }
  }
  write('validation', { kubernetes, cases: validated })
  write('refusals', { kubernetes, cases: refusals })

  const updated = []
  for (const [name, before, after] of UPDATE_CASES) {
    updated.push({ name, causes: causesOf(await update(server, before, after)) })
  }
  write('updates', { kubernetes, cases: updated })

  const warned = []
  for (const [name, input] of WARNING_CASES) {
    const answer = await create(server, input)
    if (answer.status !== 201) throw new Error(`${name}: ${JSON.stringify(answer.body)}`)
    warned.push({ name, warnings: answer.warnings })
  }
  write('warnings', { kubernetes, cases: warned })

  const decoded = []
  for (const { name, kind, body, fieldValidation } of DECODING_CASES) {
    const url = `${server}/${pathOf(kind)}?dryRun=All&fieldValidation=${fieldValidation}`
    const answer = await ask(url, 'POST', inNamespace(body))
    const message = answer.status < 300 ? undefined : answer.body['message']
    decoded.push({ name, message, warnings: answer.warnings })
  }
  write('decoding', { kubernetes, cases: decoded })
}

const REFUSALS_MAX = 40

/** Every tenth refusal, and those of several faults, as the whole Status. */
function isTelling(index: number, { status, body }: Answer): boolean {
  const causes = itemsOf(fieldsOf(body['details'])['causes'])
  return status >= 300 && (index % 10 === 0 || causes.length > 2)
}

function create(server: string, object: JsonObject): Promise<Answer> {
  return askAbout(object, `${server}/${pathOf(kindOf(object))}?dryRun=All`, 'POST', object)
}

/** An update needs something to update, so the old object is there for a moment. */
async function update(server: string, before: JsonObject, after: JsonObject): Promise<Answer> {
  const path = `${server}/${pathOf(kindOf(before))}`
  const name = textOf(fieldsOf(before['metadata'])['name'])
  const made = await askAbout(before, path, 'POST', unscheduled(before))
  if (made.status !== 201) throw new Error(`cannot create ${name}: ${JSON.stringify(made.body)}`)
  try {
    let current = made
    for (let attempt = 0; ; attempt += 1) {
      const url = `${path}/${name}?dryRun=All`
      const answer = await askAbout(before, url, 'PUT', onTop(current.body, after))
      if (answer.body['reason'] !== 'Conflict' || attempt === ATTEMPTS_MAX) return answer
      current = await askAbout(before, `${path}/${name}`, 'GET')
    }
  } finally {
    await ask(`${path}/${name}?gracePeriodSeconds=0`, 'DELETE')
  }
}

/** Controllers may change an object in between. */
const ATTEMPTS_MAX = 5

async function askAbout(
  object: JsonObject,
  url: string,
  method: string,
  body?: Fields,
): Promise<Answer> {
  const isNamespaced = fieldsOf(object['metadata'])['namespace'] !== undefined
  const isSent = body !== undefined && isNamespaced
  const answer = await ask(url, method, isSent ? inNamespace(JSON.stringify(body)) : body)
  const text = JSON.stringify(answer.body).replaceAll(`"${NAMESPACE}"`, `"${CASE_NAMESPACE}"`)
  return { ...answer, body: fieldsOf(JSON.parse(text)) }
}

function inNamespace(text: string): string {
  return text.replaceAll(/"namespace":\s*"default"/g, `"namespace":${JSON.stringify(NAMESPACE)}`)
}

/** A pod that a scheduler takes up changes between two requests. */
function unscheduled(object: JsonObject): Fields {
  if (object['kind'] !== 'Pod') return object
  return { ...object, spec: { ...fieldsOf(object['spec']), schedulerName: 'nobody' } }
}

/**
 * The new object with what the server needs of the old one: the version that it changes; and a pod that lacks what
 * admission plugins added would be refused for that alone.
 */
function onTop(made: Fields, after: JsonObject): Fields {
  const { resourceVersion } = fieldsOf(made['metadata'])
  const metadata = { resourceVersion, ...fieldsOf(after['metadata']) }
  if (after['kind'] !== 'Pod') return { ...after, metadata }
  const spec = fieldsOf(made['spec'])
  const wanted = fieldsOf(after['spec'])
  const containers = itemsOf(wanted['containers']).map((item, index) => ({
    ...itemsOf(spec['containers'])[index],
    ...item,
  }))
  const tolerations = [...itemsOf(wanted['tolerations']), ...NODE_TOLERATIONS]
  const added = { serviceAccountName: spec['serviceAccountName'], volumes: spec['volumes'] }
  return {
    ...after,
    metadata,
    spec: { ...added, ...wanted, schedulerName: 'nobody', containers, tolerations, priority: 0 },
  }
}

/** What the DefaultTolerationSeconds plugin adds. */
const NODE_TOLERATIONS = ['not-ready', 'unreachable'].map((state) => ({
  key: `node.kubernetes.io/${state}`,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 300,
}))

function kindOf({ apiVersion, kind }: JsonObject): string {
  const versioned = `${textOf(apiVersion)}/${textOf(kind)}`
  return versioned in PATHS ? versioned : textOf(kind)
}

function pathOf(kind: string): string {
  return (PATHS[kind] ?? '').replace('*', NAMESPACE)
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
  { metadata, spec, status, ...rest }: Fields,
  input: JsonObject,
): Fields {
  return {
    ...rest,
    ...(input['status'] === undefined ? {} : { status }),
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
const POD_ADMISSION = ['priority', 'preemptionPolicy', 'serviceAccount', 'serviceAccountName']

function withoutAdmission(spec: Fields, input: JsonObject): Fields {
  if (input['kind'] === 'Pod') return withoutPodAdmission(spec, fieldsOf(input['spec']))
  if (input['kind'] === 'Node') return without(spec, ['taints'])
  if (input['kind'] !== 'Service') return spec
  const asked = fieldsOf(input['spec'])['clusterIP'] !== undefined
  const service = without(spec, asked ? [] : ['clusterIP', 'clusterIPs', 'healthCheckNodePort'])
  if (service['ports'] === undefined) return service
  return {
    ...service,
    ports: itemsOf(service['ports']).map((port) => without(port, ['nodePort'])),
  }
}

function withoutToken(container: Fields): Fields {
  const mounts = itemsOf(container['volumeMounts']).filter(
    ({ mountPath }) => mountPath !== '/var/run/secrets/kubernetes.io/serviceaccount',
  )
  const own = without(container, ['volumeMounts'])
  return mounts.length === 0 ? own : { ...own, volumeMounts: mounts }
}

/** The token of the service account and its mounts, and the two tolerations that every pod gets. */
function withoutPodAdmission(spec: Fields, input: Fields): Fields {
  const volumes = itemsOf(spec['volumes']).filter(
    ({ name }) => !textOf(name).startsWith('kube-api-access-'),
  )
  const tolerations = itemsOf(spec['tolerations']).slice(0, itemsOf(input['tolerations']).length)
  const lists = ['containers', 'initContainers'].filter((list) => spec[list] !== undefined)
  return {
    ...without(spec, [...POD_ADMISSION, 'volumes', 'tolerations']),
    ...Object.fromEntries(lists.map((list) => [list, itemsOf(spec[list]).map(withoutToken)])),
    ...(volumes.length === 0 ? {} : { volumes }),
    ...(tolerations.length === 0 ? {} : { tolerations }),
  }
}

function write(name: string, content: unknown): void {
  const path = fileURLToPath(new URL(`../src/api/generated/${name}.json`, import.meta.url))
  writeFileSync(path, `${JSON.stringify(content, null, 1)}\n`)
}

await withKubectlProxy(record)
