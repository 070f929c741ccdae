import {
  change,
  changeAll,
  CONFIG_MAP,
  DEPLOYMENT,
  POD,
  REPLICA_SET,
  SERVICE,
  type JsonObject,
} from './base-objects.ts'

/** Pairs to ask the API server about: may the first become the second? */
export const UPDATE_CASES: readonly (readonly [
  name: string,
  before: JsonObject,
  after: JsonObject,
])[] = [
  [
    'a new image',
    DEPLOYMENT,
    change(DEPLOYMENT, 'spec.template.spec.containers.0.image', 'app:v2'),
  ],
  [
    'another selector',
    DEPLOYMENT,
    changeAll(DEPLOYMENT, {
      'spec.selector.matchLabels': { app: 'other' },
      'spec.template.metadata.labels': { app: 'other' },
    }),
  ],
  [
    'another selector of a ReplicaSet',
    REPLICA_SET,
    changeAll(REPLICA_SET, {
      'spec.selector.matchLabels': { app: 'other' },
      'spec.template.metadata.labels': { app: 'other' },
    }),
  ],
  ['another cluster IP', SERVICE, change(SERVICE, 'spec.clusterIP', '10.0.0.77')],
  ['no more cluster IP', SERVICE, change(SERVICE, 'spec.clusterIP', 'None')],
  [
    'other content of an immutable ConfigMap',
    change(CONFIG_MAP, 'immutable', true),
    changeAll(CONFIG_MAP, { immutable: true, data: { key: 'other' } }),
  ],
  [
    'an immutable ConfigMap that is to be mutable',
    change(CONFIG_MAP, 'immutable', true),
    CONFIG_MAP,
  ],
  ['a new image of a Pod', POD, change(POD, 'spec.containers.0.image', 'app:v2')],
  ['a new command of a Pod', POD, change(POD, 'spec.containers.0.command', ['x'])],
  [
    'a new container of a Pod',
    POD,
    change(POD, 'spec.containers', [
      { name: 'app', image: 'app:v1' },
      { name: 'two', image: 'app:v1' },
    ]),
  ],
]
