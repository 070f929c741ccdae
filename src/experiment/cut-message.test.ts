import { expect, test } from 'vitest'
import type { FactBody } from '../timeline/fact.ts'
import { cutMessage } from './cut-message.ts'
import { emptySituation, withFact } from './situation.ts'
import { CutShort } from './waiting.ts'

const WEB = { namespace: 'default', name: 'web' }

const pod = (name: string) => ({ namespace: 'default', name, uid: `uid-${name}` })

const observed = (name: string, more: { ready?: boolean; restarts?: number } = {}): FactBody => ({
  kind: 'pod-observed',
  pod: pod(name),
  owner: { kind: 'ReplicaSet', namespace: 'default', name: 'web-1' },
  images: [],
  phase: 'Running',
  ready: false,
  restarts: 0,
  ...more,
})

const exited = (exitCode: number, lastOutput?: string): FactBody => ({
  kind: 'container-exited',
  pod: pod('a'),
  container: 'web',
  restart: 0,
  exitCode,
  reason: exitCode === 0 ? 'Completed' : 'Error',
  ...(lastOutput === undefined ? {} : { lastOutput }),
})

const event = (reason: string, message: string, type: 'Normal' | 'Warning' = 'Warning') =>
  ({
    kind: 'event',
    type,
    reason,
    object: { kind: 'Pod', namespace: 'default', name: 'a' },
    message,
  }) as const satisfies FactBody

const REFUSED = 'Readiness probe failed: dial tcp 10.0.0.1:80: connect: connection refused'

const messageAfter = (reason: CutShort['reason'], facts: readonly FactBody[]): string => {
  const owner: FactBody = {
    kind: 'replicaset-observed',
    replicaSet: { kind: 'ReplicaSet', namespace: 'default', name: 'web-1' },
    deployment: 'web',
    desired: 1,
    ready: 0,
    images: [],
  }
  const situation = [owner, ...facts].reduce(
    (before, fact) => withFact(before, { ...fact, at: 0 }),
    emptySituation(),
  )
  return cutMessage(new CutShort(reason, 'Cut.'), situation, WEB)
}

test.each<[string, readonly FactBody[], string]>([
  ['nothing known of it', [observed('a')], 'Cut. a is Running, not ready.'],
  ['a pod that is ready', [observed('a', { ready: true })], 'Cut.'],
  [
    'a probe that fails',
    [observed('a'), event('Unhealthy', REFUSED)],
    `Cut. a is Running, not ready, last warning: ${REFUSED}.`,
  ],
  [
    'warnings that tell no reason and events that warn of nothing',
    [
      observed('a'),
      event('Unhealthy', REFUSED),
      event('BackOff', 'Back-off restarting failed container'),
      event('Pulled', 'image', 'Normal'),
    ],
    `Cut. a is Running, not ready, last warning: ${REFUSED}.`,
  ],
  [
    'an app that ends well, which a server should not',
    [observed('a', { restarts: 1 }), exited(7, 'no database'), exited(0)],
    'Cut. a is Running, not ready, 1 restart, last exit code 0.',
  ],
  [
    'an app that crashes',
    [observed('a', { restarts: 2 }), exited(7, 'no database\n')],
    'Cut. a is Running, not ready, 2 restarts, last exit code 7, last output: no database.',
  ],
  [
    'many pods',
    ['a', 'b', 'c', 'd', 'e'].map((name) => observed(name)),
    'Cut. a is Running, not ready. b is Running, not ready. c is Running, not ready. 2 more are not ready.',
  ],
])('the reason tells of %s', (_, facts, expected) => {
  expect(messageAfter('progress-deadline', facts)).toBe(expected)
})

test('who interrupts a run needs no reason', () => {
  expect(messageAfter('interrupted', [observed('a')])).toBe('Cut.')
})
