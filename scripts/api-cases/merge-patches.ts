import { CONFIG_MAP, POD } from './base-objects.ts'
import { containers, HELD, inTemplate, PORTS, WORKLOAD, type PatchCase } from './patched-objects.ts'

/** JSON merge patches. */
export const MERGE_PATCHES: readonly PatchCase[] = [
  ['an empty patch', WORKLOAD, 'merge', {}],
  ['null', CONFIG_MAP, 'merge', null],
  ['a list', CONFIG_MAP, 'merge', []],
  ['a number', CONFIG_MAP, 'merge', 3],
  ['a scalar', WORKLOAD, 'merge', { spec: { minReadySeconds: 5, paused: null } }],
  ['a label', WORKLOAD, 'merge', { metadata: { labels: { tier: null, more: 'x' } } }],
  [
    'containers, which are replaced',
    WORKLOAD,
    'merge',
    containers({ name: 'log', image: 'log:v2' }),
  ],
  [
    'nulls in what is new',
    WORKLOAD,
    'merge',
    inTemplate({
      nodeSelector: { a: null, b: 'c' },
      securityContext: { runAsUser: 5, runAsGroup: null },
    }),
  ],
  [
    'nulls in a list',
    WORKLOAD,
    'merge',
    containers({ name: 'log', image: 'log:v2', args: null, env: [{ name: 'A', value: null }] }),
  ],
  [
    'finalizers, which are replaced',
    HELD,
    'merge',
    { metadata: { finalizers: ['test.example/four'] } },
  ],
  ['all data away', HELD, 'merge', { data: null }],
  ['data', HELD, 'merge', { data: { other: null, more: 'text' } }],
  ['service ports, which are replaced', PORTS, 'merge', { spec: { ports: [{ port: 81 }] } }],
  [
    'a condition',
    POD,
    'merge',
    { status: { conditions: [{ type: 'Ready', status: 'True' }] } },
    'status',
  ],
  ['an unknown field', HELD, 'merge', { nothing: { a: 1 } }],
]
