import { expect, test } from 'vitest'
import type { Service } from '../api/service.ts'
import type { Deployment } from '../api/workload.ts'
import { resolveTarget } from './target.ts'

const DEPLOYMENT: Deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web' }] } },
  },
}

const serviceOf = (name: string, app: string, namespace = 'default'): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace },
  spec: {
    selector: { app },
    ports: [
      { name: 'http', port: 80 },
      { name: 'admin', port: 9000 },
    ],
  },
})

test.each([
  [undefined, { name: 'web', port: 80 }],
  ['service/web', { name: 'web', port: 80 }],
  ['service/web:9000', { name: 'web', port: 9000 }],
  ['service/web:admin', { name: 'web', port: 9000 }],
  ['service/other', { name: 'other', port: 80 }],
])('%s is found', (wanted, expected) => {
  const services = [serviceOf('other', 'other'), serviceOf('web', 'web')]
  expect(resolveTarget(wanted, DEPLOYMENT, services)).toMatchObject(expected)
})

test.each([
  ['no Service selects the pods', undefined, [serviceOf('other', 'other')]],
  ['only one of another namespace does', undefined, [serviceOf('web', 'web', 'elsewhere')]],
  ['several do', undefined, [serviceOf('a', 'web'), serviceOf('b', 'web')]],
  ['the named one is not there', 'service/nobody', [serviceOf('web', 'web')]],
  ['the named port is not there', 'service/web:8080', [serviceOf('web', 'web')]],
])('a target is refused when %s', (_, wanted, services) => {
  expect(() => resolveTarget(wanted, DEPLOYMENT, services)).toThrow(
    expect.objectContaining({ code: 'no-target-service', exitCode: 2 }),
  )
})
