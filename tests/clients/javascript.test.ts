import {
  ApiException,
  AppsV1Api,
  CoreV1Api,
  KubeConfig,
  ListWatch,
  PatchStrategy,
  setHeaderOptions,
  Watch,
  type V1ConfigMap,
  type V1Deployment,
} from '@kubernetes/client-node'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { startUp, type RunningUp } from '../support/running-up.ts'

/** The official client for JavaScript: https://github.com/kubernetes-client/javascript. */
const WAIT = { timeout: 30_000, interval: 20 }

let up: RunningUp
let config: KubeConfig
let core: CoreV1Api
let apps: AppsV1Api
beforeAll(async () => {
  up = await startUp()
  config = new KubeConfig()
  config.loadFromFile(up.kubeconfig)
  core = config.makeApiClient(CoreV1Api)
  apps = config.makeApiClient(AppsV1Api)
})
afterAll(() => up.stop())

async function newNamespace(name: string): Promise<string> {
  await core.createNamespace({ body: { metadata: { name } } })
  return name
}

function configMap(name: string, data: Record<string, string> = {}): V1ConfigMap {
  return { metadata: { name }, data }
}

test('an informer tells what is added, changed and deleted, also after its watch has ended', async () => {
  const namespace = await newNamespace('informer')
  await core.createNamespacedConfigMap({ namespace, body: configMap('before', { a: '1' }) })
  // The server ends a watch after that many seconds; the informer goes on where it ended.
  const path = `/api/v1/namespaces/${namespace}/configmaps?timeoutSeconds=1`
  let lists = 0
  const list = () => (lists++, core.listNamespacedConfigMap({ namespace }))
  const informer = new ListWatch<V1ConfigMap>(path, new Watch(config), list, false)
  const told: string[] = []
  let watches = 0
  const tell = (what: string) => (object: V1ConfigMap) =>
    told.push(`${what} ${object.metadata?.name} ${JSON.stringify(object.data ?? {})}`)
  informer.on('add', tell('add'))
  informer.on('update', tell('update'))
  informer.on('delete', tell('delete'))
  informer.on('connect', () => (watches += 1))
  await informer.start()
  onTestFinished(() => informer.stop())
  const seen = (event: string) => vi.waitFor(() => expect(told).toContain(event), WAIT)

  await seen('add before {"a":"1"}')
  await vi.waitFor(() => expect(watches).toBeGreaterThan(1), WAIT)
  await core.createNamespacedConfigMap({ namespace, body: configMap('after') })
  await seen('add after {}')
  await core.replaceNamespacedConfigMap({
    name: 'before',
    namespace,
    body: configMap('before', { a: '2' }),
  })
  await seen('update before {"a":"2"}')
  await core.deleteNamespacedConfigMap({ name: 'after', namespace })
  await seen('delete after {}')
  expect(informer.list(namespace).map(({ metadata }) => metadata?.name)).toContain('before')
  // Nothing was told twice, and no watch had to begin anew with a list.
  const own = told.filter((event) => !event.includes('kube-root-ca.crt'))
  expect(own).toHaveLength(4)
  expect(lists).toBe(1)
})

test('a watch goes on after a resourceVersion, and tells only what came later', async () => {
  const namespace = await newNamespace('watch')
  const name = 'counted'
  const first = await core.createNamespacedConfigMap({ namespace, body: configMap(name) })
  for (const value of ['1', '2', '3']) {
    await core.replaceNamespacedConfigMap({
      name,
      namespace,
      body: configMap(name, { value }),
    })
  }
  const told: string[] = []
  const { promise: ended, resolve: end } = Promise.withResolvers<unknown>()
  const query = {
    resourceVersion: first.metadata?.resourceVersion,
    fieldSelector: `metadata.name=${name}`,
    allowWatchBookmarks: true,
  }
  const path = `/api/v1/namespaces/${namespace}/configmaps`
  const tell = (type: string, object: V1ConfigMap) =>
    told.push(`${type} ${object.data?.['value'] ?? ''}`)
  const watch = await new Watch(config).watch(path, query, tell, end)
  await vi.waitFor(() => expect(told).toHaveLength(3), WAIT)
  watch.abort()
  await ended
  expect(told).toEqual(['MODIFIED 1', 'MODIFIED 2', 'MODIFIED 3'])
})

function deployment(name: string): V1Deployment {
  const labels = { app: name }
  const env = [{ name: 'A', value: '1' }]
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'app', image: 'app:v1', env }] },
      },
    },
  }
}

test('patches of all four kinds change what they say', async () => {
  const namespace = await newNamespace('patches')
  const name = 'web'
  await apps.createNamespacedDeployment({ namespace, body: deployment(name) })
  const patch = async (strategy: PatchStrategy, body: unknown, rest = {}) => {
    const as = setHeaderOptions('Content-Type', strategy)
    const { spec } = await apps.patchNamespacedDeployment({ name, namespace, body, ...rest }, as)
    const { containers = [] } = spec?.template.spec ?? {}
    return {
      replicas: spec?.replicas,
      env: containers[0]?.env,
      images: containers.map((c) => c.image),
    }
  }
  const A = { name: 'A', value: '1' }
  const B = { name: 'B', value: '2' }

  // Lists are merged by their key …
  expect(
    await patch(PatchStrategy.StrategicMergePatch, template({ name: 'app', env: [B] })),
  ).toEqual({ replicas: 2, env: expect.toSatisfy(sameNames(A, B)), images: ['app:v1'] })
  // … or replaced.
  expect(
    await patch(PatchStrategy.MergePatch, template({ name: 'app', image: 'app:v2', env: [B] })),
  ).toEqual({ replicas: 2, env: [B], images: ['app:v2'] })
  expect(
    await patch(PatchStrategy.JsonPatch, [
      { op: 'test', path: '/spec/replicas', value: 2 },
      { op: 'replace', path: '/spec/replicas', value: 3 },
      { op: 'add', path: '/spec/template/spec/containers/0/env/-', value: A },
    ]),
  ).toEqual({ replicas: 3, env: [B, A], images: ['app:v2'] })

  const applied = { apiVersion: 'apps/v1', kind: 'Deployment', spec: { replicas: 4 } }
  const apply = (rest: object) => patch(PatchStrategy.ServerSideApply, applied, rest)
  const conflict = await errorOf(apply({ fieldManager: 'test' }))
  expect(conflict).toMatchObject({ code: 409, status: { reason: 'Conflict' } })
  expect(conflict.status.details.causes).toEqual([
    expect.objectContaining({ reason: 'FieldManagerConflict', field: '.spec.replicas' }),
  ])
  expect(await apply({ fieldManager: 'test', force: true })).toMatchObject({ replicas: 4 })
  const { metadata } = await apps.readNamespacedDeployment({ name, namespace })
  expect(metadata?.managedFields).toContainEqual(
    expect.objectContaining({ manager: 'test', operation: 'Apply' }),
  )
})

function template(container: object) {
  return { spec: { template: { spec: { containers: [container] } } } }
}

function sameNames(...wanted: readonly { readonly name: string }[]) {
  return (found: readonly { readonly name: string }[]) =>
    found
      .map(({ name }) => name)
      .sort()
      .join() ===
    wanted
      .map(({ name }) => name)
      .sort()
      .join()
}

/** What the client makes of a Status that says no. */
async function errorOf(call: Promise<unknown>) {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof ApiException)) throw new Error(`no answer of the API: ${String(error)}`)
  // Of a 401 the client keeps the code alone.
  if (error.body === undefined) return { code: error.code }
  return { code: error.code, status: JSON.parse(String(error.body)) }
}

const POLICIES = [
  { propagationPolicy: 'Background', replicaSets: 'gone' },
  { propagationPolicy: 'Foreground', replicaSets: 'gone' },
  { propagationPolicy: 'Orphan', replicaSets: 'without owner' },
] as const

test.each(POLICIES)(
  'deletion with $propagationPolicy leaves the replica sets $replicaSets',
  async ({ propagationPolicy, replicaSets }) => {
    const namespace = await newNamespace(`delete-${propagationPolicy.toLowerCase()}`)
    const name = 'web'
    await apps.createNamespacedDeployment({ namespace, body: deployment(name) })
    const ownersOfSets = async () => {
      const { items } = await apps.listNamespacedReplicaSet({ namespace })
      return items.map(({ metadata }) => metadata?.ownerReferences?.length ?? 0)
    }
    await vi.waitFor(async () => expect(await ownersOfSets()).toEqual([1]), WAIT)
    await apps.deleteNamespacedDeployment({ name, namespace, propagationPolicy })
    const isGone = () => errorOf(apps.readNamespacedDeployment({ name, namespace }))
    await vi.waitFor(async () => expect(await isGone()).toMatchObject({ code: 404 }), WAIT)
    const left = replicaSets === 'gone' ? [] : [0]
    await vi.waitFor(async () => expect(await ownersOfSets()).toEqual(left), WAIT)
  },
)

test('errors are Status objects with reason, code and causes', async () => {
  const namespace = await newNamespace('errors')
  const missing = await errorOf(core.readNamespacedConfigMap({ name: 'none', namespace }))
  expect(missing).toMatchObject({
    code: 404,
    status: {
      kind: 'Status',
      apiVersion: 'v1',
      status: 'Failure',
      message: 'configmaps "none" not found',
      reason: 'NotFound',
      details: { name: 'none', kind: 'configmaps' },
      code: 404,
    },
  })
  const again = () => core.createNamespacedConfigMap({ namespace, body: configMap('twice') })
  await again()
  expect(await errorOf(again())).toMatchObject({ code: 409, status: { reason: 'AlreadyExists' } })
  const body = deployment('Not_A_Name')
  const invalid = await errorOf(apps.createNamespacedDeployment({ namespace, body }))
  expect(invalid).toMatchObject({ code: 422, status: { reason: 'Invalid' } })
  expect(invalid.status.details.causes).toContainEqual(
    expect.objectContaining({ reason: 'FieldValueInvalid', field: 'metadata.name' }),
  )
})

test('another token than that of the kubeconfig is refused', async () => {
  const stranger = new KubeConfig()
  stranger.loadFromString(config.exportConfig())
  stranger.users = [{ name: 'hitless', token: 'another' }]
  expect(await errorOf(stranger.makeApiClient(CoreV1Api).listNamespace())).toEqual({ code: 401 })
})
