import { apply, configMap, create, merge, put, story, type ApplyStory } from './apply-step.ts'
import { APPLY_WORKLOAD_STORIES } from './apply-workload-stories.ts'

const OWNER = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  name: 'owner',
  uid: 'd9607e19-f88f-11e6-a518-42010a800195',
}
const OTHER_OWNER = { ...OWNER, name: 'other', uid: '5b0c5e6c-0000-11e6-a518-42010a800195' }

/** Told to the API server, and what it answers is what ours has to answer. */
export const APPLY_STORIES: readonly ApplyStory[] = [
  story('an object is created by a plain create', create('ann', configMap({ a: '1', b: '2' }))),
  story(
    'an object is created by apply, and applied again unchanged',
    apply('ann', configMap({ a: '1', b: '2' })),
    apply('ann', configMap({ a: '1', b: '2' })),
    apply('ann', configMap({ a: '1', b: '3' })),
  ),
  story(
    'two managers share a field that both apply with one value',
    apply('ann', configMap({ a: '1' })),
    apply('bob', configMap({ a: '1' })),
    apply('ann', configMap({ b: '1' })),
    apply('bob', configMap({ b: '1' })),
  ),
  story(
    'a manager gives up fields',
    apply('ann', configMap({ a: '1', b: '2', c: '3' })),
    apply('ann', configMap({ a: '1' })),
    apply('ann', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web' } }),
  ),
  story(
    'a conflict with one manager, and force',
    apply('ann', configMap({ a: '1', b: '2' })),
    apply('bob', configMap({ a: '2' })),
    apply('bob', configMap({ a: '2' }), { force: true }),
    apply('ann', configMap({ a: '1', b: '2' })),
  ),
  story(
    'conflicts with several managers',
    apply('ann', configMap({ a: '1', b: '2' })),
    apply('bob', configMap({ c: '3' })),
    merge('eve', { data: { d: '4' }, metadata: { labels: { x: 'y' } } }),
    apply('dan', configMap({ a: '0', b: '0', c: '0', d: '0' }, { labels: { x: 'z' } })),
    apply('dan', configMap({ a: '0', b: '0', c: '0', d: '0' }, { labels: { x: 'z' } }), {
      force: true,
    }),
  ),
  story(
    'a conflict with an updater',
    create('ann', configMap({ a: '1', b: '2' })),
    apply('bob', configMap({ a: '2' })),
    apply('bob', configMap({ a: '1' })),
    apply('bob', configMap({ a: '3' })),
    apply('bob', configMap({ a: '3' }), { force: true }),
  ),
  story(
    'an update takes fields from appliers',
    apply('ann', configMap({ a: '1', b: '2' })),
    put('bob', { data: { a: '9' } }),
    put('bob', { data: { c: '9' } }),
    put('eve', { data: { b: null } }),
    apply('ann', configMap({ a: '1', b: '2' }), { force: true }),
  ),
  story(
    'updates that change nothing',
    create('ann', configMap({ a: '1' })),
    put('bob', {}),
    merge('eve', {}),
    merge('eve', { data: { a: '1' } }),
  ),
  story(
    'one name applies and updates',
    apply('ann', configMap({ a: '1' })),
    merge('ann', { data: { b: '2' } }),
    merge('ann', { data: { a: '2' } }),
    apply('ann', configMap({ a: '1' })),
    apply('ann', configMap({ b: '2' })),
  ),
  story(
    'managedFields are reset by an empty entry, and by an empty list',
    apply('ann', configMap({ a: '1' })),
    merge('bob', { metadata: { managedFields: [{}] } }),
    merge('bob', { data: { b: '2' } }),
    apply('ann', configMap({ a: '2', b: '2' })),
    put('bob', { metadata: { managedFields: [] } }),
    apply('ann', configMap({ c: '3' })),
  ),
  story(
    'a writer that knows nothing of managedFields',
    apply('ann', configMap({ a: '1' })),
    put('bob', { metadata: { managedFields: null }, data: { b: '2' } }),
  ),
  story(
    'a writer that sets managedFields',
    apply('ann', configMap({ a: '1', b: '2' })),
    put('bob', {
      metadata: {
        managedFields: [
          {
            manager: 'eve',
            operation: 'Apply',
            apiVersion: 'v1',
            time: '2020-01-01T00:00:00Z',
            fieldsType: 'FieldsV1',
            fieldsV1: { 'f:data': { 'f:b': {} } },
          },
        ],
      },
    }),
    apply('ann', configMap({ a: '1', b: '3' })),
  ),
  story(
    'managedFields that cannot be read',
    apply('ann', configMap({ a: '1' })),
    put('bob', {
      data: { a: '2' },
      metadata: {
        managedFields: [{ manager: 'eve', operation: 'Steal', apiVersion: 'v1' }],
      },
    }),
    put('bob', {
      data: { a: '3' },
      metadata: {
        managedFields: [
          { manager: 'eve', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV2' },
        ],
      },
    }),
    put('bob', {
      data: { a: '4' },
      metadata: {
        managedFields: [
          {
            manager: 'eve',
            operation: 'Update',
            apiVersion: 'v1',
            fieldsType: 'FieldsV1',
            fieldsV1: { data: {} },
          },
        ],
      },
    }),
  ),
  story(
    'managedFields of a version that there is not',
    apply('ann', configMap({ a: '1' })),
    put('bob', {
      metadata: {
        managedFields: [
          {
            manager: 'eve',
            operation: 'Update',
            apiVersion: 'example.com/v1',
            fieldsType: 'FieldsV1',
            fieldsV1: { 'f:data': { 'f:a': {} } },
          },
        ],
      },
    }),
    apply('ann', configMap({ a: '2' })),
  ),
  story(
    'the eleventh updater makes the oldest ancient',
    ...Array.from({ length: 13 }, (_, index) =>
      index === 0
        ? create('m0', configMap({ k0: '0' }))
        : merge(`m${index}`, { data: { [`k${index}`]: 'v' } }),
    ),
  ),
  story(
    'labels and annotations',
    apply('ann', configMap({}, { labels: { a: '1', b: '2' }, annotations: { note: 'x' } })),
    merge('bob', { metadata: { labels: { c: '3', a: null } } }),
    apply('eve', configMap({}, { labels: { d: '4' } })),
    apply('ann', configMap({}, { annotations: { note: 'y', 'example.com/more': 'z' } })),
    apply('eve', configMap({}, { labels: {} })),
    put('bob', { metadata: { labels: null, annotations: null } }),
  ),
  story(
    'finalizers',
    apply('ann', configMap({ a: '1' }, { finalizers: ['example.com/a', 'example.com/b'] })),
    apply('bob', configMap({}, { finalizers: ['example.com/c'] })),
    merge('eve', { metadata: { finalizers: ['example.com/c', 'example.com/a', 'example.com/e'] } }),
    apply('ann', configMap({ a: '1' }, { finalizers: ['example.com/b'] })),
    apply('bob', configMap({})),
    merge('eve', { metadata: { finalizers: null } }),
  ),
  story(
    'owners',
    apply('ann', configMap({ a: '1' }, { ownerReferences: [OWNER] })),
    apply('bob', configMap({}, { ownerReferences: [OTHER_OWNER] })),
    apply('bob', configMap({}, { ownerReferences: [{ ...OWNER, name: 'renamed' }] })),
    apply('bob', configMap({}, { ownerReferences: [{ ...OWNER, name: 'renamed' }] }), {
      force: true,
    }),
    apply('ann', configMap({ a: '1' })),
  ),
  story(
    'kubectl goes over from its annotation to server-side apply',
    create(
      'kubectl-client-side-apply',
      configMap(
        { a: '1', b: '2' },
        {
          annotations: {
            'kubectl.kubernetes.io/last-applied-configuration': `${JSON.stringify({
              apiVersion: 'v1',
              data: { a: '1', b: '2' },
              kind: 'ConfigMap',
              metadata: { annotations: {}, name: 'web', namespace: 'apply' },
            })}\n`,
          },
        },
      ),
    ),
    merge('bob', { data: { b: '9' } }),
    apply('ann', configMap({ a: '3' })),
    apply('kubectl', configMap({ a: '3', b: '3' })),
    apply('kubectl', configMap({ a: '3', c: 'x<y' })),
    apply('kubectl', configMap({ a: '4', c: 'x<y' })),
    apply('kubectl', configMap({ a: '4', c: 'x<y' })),
  ),
  story(
    'an annotation that says something else does not help kubectl',
    create(
      'kubectl-client-side-apply',
      configMap(
        { a: '1' },
        { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"kind":"Pod"}' } },
      ),
    ),
    apply('kubectl', configMap({ a: '2' })),
    apply('kubectl', configMap({ a: '2' }), { force: true }),
  ),
  story(
    'configurations that do not fit the schema',
    apply('ann', { ...configMap({ a: '1' }), replicas: 3 }),
    apply('ann', configMap({ a: 1, b: true, c: { d: 'e' }, f: 1.5, g: ['x'] })),
    apply('ann', configMap({ a: '1' }, { labels: ['x'] })),
    apply('ann', configMap({ a: '1' }, { finalizers: 'x' })),
    apply('ann', configMap({ a: '1' }, { finalizers: [{ a: 'b' }] })),
    apply('ann', configMap({ a: '1' }, { finalizers: ['a/b', 'a/b'] })),
    apply('ann', configMap({ a: '1' }, { generation: 'x' })),
    apply('ann', { ...configMap({ a: '1' }), immutable: 'yes' }),
    apply('ann', configMap({ a: '1' }, { managedFields: [{ manager: 'x' }] })),
    apply('ann', { ...configMap({ a: '1' }), kind: 'Secret' }),
    apply('ann', { ...configMap({ a: '1' }), apiVersion: 'v2' }),
  ),
  story(
    'nulls in a configuration',
    apply('ann', configMap({ a: '1', b: '2' }, { labels: { x: 'y' } })),
    apply('ann', { ...configMap({ a: '1' }), data: null, immutable: null }),
    apply('ann', configMap({ a: '1', b: null }, { labels: null, annotations: null })),
    apply('ann', configMap({ a: '1', b: null }, { labels: null, annotations: null })),
  ),
  story(
    'a secret, with its type and its two kinds of data',
    apply('ann', {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'web' },
      data: { a: 'eA==' },
    }),
    apply('ann', {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'web' },
      data: { a: 'eQ==' },
    }),
    merge('bob', { data: { b: 'eA==' } }),
  ),
  ...APPLY_WORKLOAD_STORIES,
]
