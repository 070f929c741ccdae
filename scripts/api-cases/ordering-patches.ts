import { CONFIG_MAP, POD } from './base-objects.ts'
import {
  containers,
  HELD,
  inTemplate,
  NAMES,
  OWNED,
  OWNER,
  PAUSED,
  PORTS,
  WORKLOAD,
  type PatchCase,
} from './patched-objects.ts'

/** Strategic merge patches that set the order of lists, and those of metadata, services and status. */
export const ORDERING_PATCHES: readonly PatchCase[] = [
  [
    'containers in a set order',
    WORKLOAD,
    'strategic',
    inTemplate({ '$setElementOrder/containers': NAMES('mesh', 'log', 'app') }),
  ],
  [
    'some containers in a set order',
    WORKLOAD,
    'strategic',
    inTemplate({ '$setElementOrder/containers': NAMES('mesh', 'app') }),
  ],
  [
    'a new container in a set order',
    WORKLOAD,
    'strategic',
    inTemplate({
      '$setElementOrder/containers': NAMES('app', 'new', 'log'),
      containers: [{ name: 'new', image: 'new:v1' }],
    }),
  ],
  [
    'a renamed container in a set order, as apply sends it',
    WORKLOAD,
    'strategic',
    inTemplate({
      '$setElementOrder/containers': NAMES('web'),
      containers: [
        { name: 'web', image: 'web:v1' },
        { name: 'app', $patch: 'delete' },
      ],
    }),
  ],
  [
    'two renamed containers in a set order',
    WORKLOAD,
    'strategic',
    inTemplate({
      '$setElementOrder/containers': NAMES('x', 'y'),
      containers: [
        { name: 'x', image: 'x:v1' },
        { name: 'y', image: 'y:v1' },
        { name: 'app', $patch: 'delete' },
        { name: 'log', $patch: 'delete' },
      ],
    }),
  ],
  [
    'an image in a set order',
    WORKLOAD,
    'strategic',
    inTemplate({
      '$setElementOrder/containers': NAMES('app', 'log'),
      containers: [{ name: 'log', image: 'log:v2' }],
    }),
  ],
  [
    'env in a set order',
    WORKLOAD,
    'strategic',
    containers({
      name: 'app',
      '$setElementOrder/env': NAMES('C', 'D', 'A'),
      env: [
        { name: 'D', value: '4' },
        { name: 'B', $patch: 'delete' },
      ],
    }),
  ],
  [
    'a set order that misses what is new',
    WORKLOAD,
    'strategic',
    inTemplate({
      '$setElementOrder/containers': NAMES('app'),
      containers: [{ name: 'new', image: 'new:v1' }],
    }),
  ],
  [
    'a set order of nothing',
    WORKLOAD,
    'strategic',
    inTemplate({
      '$setElementOrder/containers': [],
      containers: [{ name: 'new', image: 'new:v1' }],
    }),
  ],
  [
    'a set order of an unknown field',
    WORKLOAD,
    'strategic',
    inTemplate({ '$setElementOrder/nothing': [] }),
  ],
  [
    'a set order of an object',
    WORKLOAD,
    'strategic',
    { metadata: { '$setElementOrder/labels': [] } },
  ],
  ['a set order of no field', WORKLOAD, 'strategic', { $setElementOrder: [] }],
  [
    'a set order that is no list',
    WORKLOAD,
    'strategic',
    inTemplate({ '$setElementOrder/containers': 'app' }),
  ],
  [
    'a set order of texts',
    WORKLOAD,
    'strategic',
    inTemplate({ '$setElementOrder/containers': ['app'], containers: [{ name: 'app' }] }),
  ],
  [
    'a set order without merge keys',
    WORKLOAD,
    'strategic',
    inTemplate({ '$setElementOrder/containers': [{ image: 'x' }], containers: [{ name: 'app' }] }),
  ],
  [
    'a list with directives that is new',
    PAUSED,
    'strategic',
    inTemplate({
      initContainers: [
        { name: 'a', $patch: 'delete' },
        { name: 'b', image: 'b:v1' },
      ],
    }),
  ],
  [
    'a new list in a set order',
    PAUSED,
    'strategic',
    inTemplate({
      '$setElementOrder/initContainers': NAMES('b', 'a'),
      initContainers: [
        { name: 'b', image: 'b:v1' },
        { name: 'a', image: 'a:v1' },
      ],
    }),
  ],
  [
    'a finalizer more',
    HELD,
    'strategic',
    { metadata: { finalizers: ['test.example/four', 'test.example/two'] } },
  ],
  [
    'a finalizer less',
    HELD,
    'strategic',
    { metadata: { '$deleteFromPrimitiveList/finalizers': ['test.example/two'] } },
  ],
  [
    'finalizers in a set order',
    HELD,
    'strategic',
    { metadata: { '$setElementOrder/finalizers': ['test.example/three', 'test.example/one'] } },
  ],
  [
    'a finalizer less and one more, in a set order',
    HELD,
    'strategic',
    {
      metadata: {
        '$deleteFromPrimitiveList/finalizers': ['test.example/one'],
        '$setElementOrder/finalizers': [
          'test.example/four',
          'test.example/three',
          'test.example/two',
        ],
        finalizers: ['test.example/four'],
      },
    },
  ],
  [
    'finalizers and a number',
    HELD,
    'strategic',
    { metadata: { finalizers: ['test.example/four', 1] } },
  ],
  [
    'finalizers and a list',
    HELD,
    'strategic',
    { metadata: { finalizers: [['test.example/four']] } },
  ],
  ['a deletion from no list', HELD, 'strategic', { metadata: { $deleteFromPrimitiveList: ['x'] } }],
  [
    'a deletion from a list that is not there',
    CONFIG_MAP,
    'strategic',
    { metadata: { '$deleteFromPrimitiveList/finalizers': ['x'] } },
  ],
  [
    'owners by UID',
    OWNED,
    'strategic',
    {
      metadata: {
        ownerReferences: [
          { uid: 'uid-2', blockOwnerDeletion: true },
          { ...OWNER, name: 'three', uid: 'uid-3' },
        ],
      },
    },
  ],
  [
    'an owner that goes',
    OWNED,
    'strategic',
    { metadata: { ownerReferences: [{ $patch: 'delete', uid: 'uid-1' }] } },
  ],
  [
    'an owner without a UID',
    OWNED,
    'strategic',
    { metadata: { ownerReferences: [{ name: 'one' }] } },
  ],
  [
    'service ports by number',
    PORTS,
    'strategic',
    {
      spec: {
        ports: [
          { port: 443, targetPort: 8443 },
          { port: 81, name: 'more' },
        ],
      },
    },
  ],
  [
    'a service port that goes',
    PORTS,
    'strategic',
    { spec: { ports: [{ port: 80, $patch: 'delete' }] } },
  ],
  [
    'a service port in a set order',
    PORTS,
    'strategic',
    {
      spec: {
        '$setElementOrder/ports': [{ port: 53 }, { port: 80 }],
        ports: [{ port: 80, targetPort: 'web' }],
      },
    },
  ],
  ['a selector', PORTS, 'strategic', { spec: { selector: { app: null, tier: 'front' } } }],
  [
    'conditions by type',
    POD,
    'strategic',
    {
      status: {
        conditions: [
          { type: 'Ready', status: 'True' },
          { type: 'example.com/gate', status: 'False', reason: 'Why' },
        ],
      },
    },
    'status',
  ],
  [
    'a phase',
    POD,
    'strategic',
    { status: { phase: 'Running', podIPs: [{ ip: '10.0.0.9' }], podIP: '10.0.0.9' } },
    'status',
  ],
  ['data', HELD, 'strategic', { data: { other: null, more: 'text' } }],
  ['data of numbers', HELD, 'strategic', { data: { more: 3 } }],
  ['data that is a list', HELD, 'strategic', { data: [] }],
  ['an unknown field', HELD, 'strategic', { nothing: { a: 1 } }],
]
