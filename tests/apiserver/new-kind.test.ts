import { expect, onTestFinished, test } from 'vitest'
import { defineKind } from '../../src/api/kind-definition.ts'
import { KINDS } from '../../src/api/kinds.ts'
import type { ApiObject } from '../../src/api/meta.ts'

/** A kind that Kubernetes has and hitless does not serve, as its own file in `kinds/` would describe it. */
interface StatefulSet extends ApiObject {
  readonly apiVersion: 'apps/v1'
  readonly kind: 'StatefulSet'
  readonly spec: { readonly replicas?: number; readonly serviceName?: string }
  readonly status?: { readonly readyReplicas?: number }
}

const STATEFUL_SET = defineKind<StatefulSet>({
  kind: 'StatefulSet',
  apiVersion: 'apps/v1',
  plural: 'statefulsets',
  shortNames: ['sts'],
  categories: ['all'],
  namespaced: true,
  strategy: {
    hasStatus: true,
    newStatus: { replicas: 0 },
    statusKeeps: ['labels'],
    ownerlessDefaults: ['replicas'],
    deletedSingly: true,
    raisesGeneration: (next, previous) => next.spec !== previous.spec,
  },
  subresources: ['scale'],
  updateSteps: ['change', 'object'],
  applyDefaults: (object) => ({ ...object, spec: { replicas: 1, ...Object(object['spec']) } }),
  validate: ({ spec: { replicas = 1 } }) =>
    replicas < 0 ? [fault('/spec/replicas', 'FieldValueInvalid', 'must not be negative')] : [],
  validateUpdate: (next, previous) =>
    next.spec.serviceName === previous.spec.serviceName
      ? []
      : [fault('/spec/serviceName', 'FieldValueForbidden', 'must not change')],
  warnings: ({ spec }) => (spec.serviceName === undefined ? ['nobody finds its pods'] : []),
  selectableFields: ({ spec }) => ({ 'spec.serviceName': spec.serviceName ?? '' }),
  table: {
    columns: [{ name: 'Ready', type: 'string', priority: 0 }],
    row: ({ metadata }) => [`${metadata.name} is ready`],
  },
})

function fault(pointer: string, reason: 'FieldValueInvalid' | 'FieldValueForbidden', why: string) {
  return { path: pointer.slice(1).replaceAll('/', '.'), pointer, reason, message: why }
}

const SETS = '/apis/apps/v1/namespaces/default/statefulsets'

/** What `kinds.ts` would say; before the rooms above read it, as they do once. */
async function start() {
  Reflect.set(KINDS, STATEFUL_SET.kind, STATEFUL_SET)
  const { startTestApiServer } = await import('../support/running-api-server.ts')
  const running = await startTestApiServer()
  onTestFinished(async () => {
    await running.close()
    expect(running.faults).toEqual([])
  })
  return running
}

function set(spec: object, metadata: object = {}) {
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'web', labels: { app: 'web' }, ...metadata },
    spec: { selector: {}, template: {}, ...spec },
  }
}

test('a kind that is only described is discovered, listed as a table and deleted', async () => {
  const { call } = await start()
  const { body: discovered } = await call('GET', '/apis/apps/v1')
  expect(
    discovered.resources.filter(({ kind }: ApiObject) => kind === 'StatefulSet'),
  ).toMatchObject([
    {
      name: 'statefulsets',
      shortNames: ['sts'],
      verbs: expect.not.arrayContaining(['deletecollection']),
    },
    { name: 'statefulsets/status' },
  ])

  await call('POST', SETS, { body: set({}) })
  const table = await call('GET', `${SETS}?fieldSelector=spec.serviceName%3D`, {
    headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
  })
  expect(table.body).toMatchObject({
    columnDefinitions: [{ name: 'Ready' }],
    rows: [{ cells: ['web is ready'] }],
  })
  expect(await call('DELETE', SETS)).toMatchObject({ status: 405 })
  expect(await call('DELETE', `${SETS}/web`)).toMatchObject({ status: 200 })
})

test('its objects get its defaults, its owners, its warnings and its refusals', async () => {
  const { call } = await start()
  const created = await call('POST', `${SETS}?fieldManager=me`, { body: set({}) })
  expect(created).toMatchObject({
    status: 201,
    body: { metadata: { generation: 1 }, spec: { replicas: 1 }, status: { replicas: 0 } },
  })
  expect(created.headers.get('warning')).toContain('nobody finds its pods')
  expect(created.body.metadata.managedFields[0].fieldsV1['f:spec']).not.toHaveProperty('f:replicas')

  const refused = await call('POST', SETS, { body: set({ replicas: -1 }, { name: 'less' }) })
  expect(refused).toMatchObject({
    status: 422,
    body: { details: { causes: [{ field: 'spec.replicas' }] } },
  })
  const both = await call('PUT', `${SETS}/web`, { body: set({ replicas: -1, serviceName: 'web' }) })
  expect(both.body.details.causes.map(({ field }: { readonly field: string }) => field)).toEqual([
    'spec.serviceName',
    'spec.replicas',
  ])
})

test('its status and its scale are written as its strategy says', async () => {
  const { call } = await start()
  await call('POST', SETS, { body: set({}) })
  const status = await call('PUT', `${SETS}/web/status`, {
    body: { ...set({}, { labels: { app: 'other' } }), status: { readyReplicas: 1 } },
  })
  expect(status.body).toMatchObject({
    metadata: { generation: 1, labels: { app: 'web' } },
    status: { readyReplicas: 1 },
  })
  const scaled = await call('PATCH', `${SETS}/web/scale`, {
    body: { spec: { replicas: 3 } },
    headers: { 'content-type': 'application/merge-patch+json' },
  })
  expect(scaled.body).toMatchObject({ kind: 'Scale', spec: { replicas: 3 } })
})

test('its objects are applied by the recorded schema', async () => {
  const { call } = await start()
  const headers = { 'content-type': 'application/apply-patch+yaml' }
  const apply = (spec: object) =>
    call('PATCH', `${SETS}/web?fieldManager=me`, { body: JSON.stringify(set(spec)), headers })
  expect(await apply({ replicas: 2, minReadySeconds: 5 })).toMatchObject({ status: 201 })
  const { body } = await apply({ replicas: 3 })
  expect(body).toMatchObject({ metadata: { generation: 2 }, spec: { replicas: 3 } })
  expect(body.spec).not.toHaveProperty('minReadySeconds')
  expect(await apply({ replicsa: 3 })).toMatchObject({ status: 500 })
})
