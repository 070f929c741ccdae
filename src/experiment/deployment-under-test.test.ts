import { expect, test } from 'vitest'
import type { SourcedObject } from '../api/sourced-object.ts'
import type { Deployment } from '../api/workload.ts'
import type { Change } from '../manifest/settings.ts'
import { deploymentUnderTest } from './deployment-under-test.ts'

const deployment = (name: string, image = 'app:v1', namespace = 'default'): SourcedObject => {
  const object: Deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      selector: { matchLabels: { app: name } },
      template: { spec: { containers: [{ name: 'app', image }] } },
    },
  }
  return { object, locations: {} }
}

const BEFORE = [deployment('web'), deployment('api')]
const BY_MANIFESTS: Change = { kind: 'manifests', path: '/after' }

const rows: readonly (readonly [string, Change, readonly SourcedObject[], string])[] = [
  ['the named one', { kind: 'restart', deployment: 'api' }, [], 'api'],
  ['the first of a file that was checked to have one', { kind: 'restart' }, [], 'web'],
  ['the one whose spec the manifests change', BY_MANIFESTS, [deployment('api', 'app:v2')], 'api'],
  [
    'not one that the manifests hold unchanged',
    BY_MANIFESTS,
    [deployment('web'), deployment('api', 'app:v2')],
    'api',
  ],
]

test.each(rows)('under test is %s', (_, change, changed, expected) => {
  expect(deploymentUnderTest(change, BEFORE, changed).metadata.name).toBe(expected)
})

const faults: readonly (readonly [string, Change, readonly SourcedObject[]])[] = [
  ['no-deployment', { kind: 'restart', deployment: 'nobody' }, []],
  ['nothing-changed', BY_MANIFESTS, [deployment('web')]],
  ['nothing-changed', BY_MANIFESTS, [deployment('web', 'app:v2', 'elsewhere')]],
  ['ambiguous-deployment', BY_MANIFESTS, [deployment('web', 'app:v2'), deployment('api', 'x')]],
]

test.each(faults)('%s is told', (code, change, changed) => {
  expect(() => deploymentUnderTest(change, BEFORE, changed)).toThrow(
    expect.objectContaining({ code, exitCode: 2 }),
  )
})
