import { describe, expect, test } from 'vitest'
import { INGRESS, NEW_EVENT, asApiObject, change } from '../../../scripts/api-cases/base-objects.ts'
import { isFields, type Fields } from '../../base/fields.ts'
import { checkSchema } from '../schema-check.ts'
import { NEWER_EVENT } from './event.ts'
import { OLD_INGRESS_VERSIONS } from './ingress.ts'

const OLD_SPEC = {
  backend: { serviceName: 'other', servicePort: 'http' },
  rules: [
    {
      host: 'example.com',
      http: { paths: [{ path: '/', backend: { serviceName: 'web', servicePort: 80 } }] },
    },
  ],
}

describe.each(OLD_INGRESS_VERSIONS)('an Ingress of $apiVersion', (version) => {
  const old = {
    apiVersion: version.apiVersion,
    kind: 'Ingress',
    metadata: { name: 'web' },
    spec: OLD_SPEC,
  }

  test('has a schema', () => {
    expect(checkSchema(old)).toEqual([])
    const faulty = { ...old, spec: { ...OLD_SPEC, defaultBackend: {} } }
    expect(checkSchema(faulty).map(({ path }) => path)).toEqual(['spec.defaultBackend'])
  })

  test('is stored as networking.k8s.io/v1, and is a valid one', () => {
    const stored = version.toStorage(old)
    expect(stored).toEqual({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'web' },
      spec: {
        defaultBackend: { service: { name: 'other', port: { name: 'http' } } },
        rules: [
          {
            host: 'example.com',
            http: {
              paths: [
                {
                  path: '/',
                  pathType: 'ImplementationSpecific',
                  backend: { service: { name: 'web', port: { number: 80 } } },
                },
              ],
            },
          },
        ],
      },
    })
  })

  test('comes back as it was, but for the type of its path', () => {
    const back = version.fromStorage(version.toStorage(old))
    const { rules } = OLD_SPEC
    const paths = rules[0]?.http.paths.map((path) => ({
      ...path,
      pathType: 'ImplementationSpecific',
    }))
    expect(back).toEqual({
      ...old,
      spec: { ...OLD_SPEC, rules: [{ host: 'example.com', http: { paths } }] },
    })
  })

  test('may have a resource behind it', () => {
    const backend = { resource: { kind: 'Bucket', name: 'b' } }
    const stored = { ...INGRESS, spec: { defaultBackend: backend } }
    expect(version.fromStorage(stored)['spec']).toEqual({ backend: { ...backend, servicePort: 0 } })
  })
})

test('the deprecation is told in the words of Kubernetes 1.21', () => {
  expect(OLD_INGRESS_VERSIONS.map(({ deprecation }) => deprecation)).toEqual([
    'extensions/v1beta1 Ingress is deprecated in v1.14+, unavailable in v1.22+; use networking.k8s.io/v1 Ingress',
    'networking.k8s.io/v1beta1 Ingress is deprecated in v1.19+, unavailable in v1.22+; use networking.k8s.io/v1 Ingress',
  ])
})

describe('an Event of events.k8s.io/v1', () => {
  test('has other names in its core form, and comes back as it was', () => {
    const stored = NEWER_EVENT.toStorage(NEW_EVENT)
    expect(stored).toMatchObject({
      apiVersion: 'v1',
      message: 'Stopping container app',
      involvedObject: { name: 'web' },
      reportingComponent: 'example.com/agent',
    })
    expect(checkSchema(asApiObject(asObject(stored)))).toEqual([])
    expect(NEWER_EVENT.fromStorage(stored)).toEqual(NEW_EVENT)
  })

  test('carries what is deprecated over', () => {
    const event = change(NEW_EVENT, 'deprecatedSource', { component: 'kubelet' })
    expect(NEWER_EVENT.toStorage(event)['source']).toEqual({ component: 'kubelet' })
  })

  test.each<[string, unknown, string]>([
    ['eventTime', undefined, 'eventTime'],
    ['reportingController', 'a b', 'reportingController'],
    ['type', 'Bad', 'type'],
    ['deprecatedCount', 3, 'count'],
    ['series', { count: 1 }, 'series.count'],
    ['metadata.name', 'Web', 'metadata.name'],
  ])('with %s: %j is refused', (path, value, field) => {
    const stored = NEWER_EVENT.toStorage(change(NEW_EVENT, path, value))
    expect(NEWER_EVENT.validate?.(stored).map((fault) => fault.path)).toContain(field)
  })

  test('is what it was, but for its series', () => {
    const stored = NEWER_EVENT.toStorage(NEW_EVENT)
    const series = { count: 2, lastObservedTime: '2026-01-31T12:00:01.000000Z' }
    const next = { ...stored, series }
    expect(NEWER_EVENT.validateUpdate?.(next, stored)).toEqual([])
    const other = { ...stored, message: 'other' }
    expect(NEWER_EVENT.validateUpdate?.(other, stored).map(({ path }) => path)).toEqual(['message'])
  })
})

function asObject(value: Fields): typeof NEW_EVENT {
  if (!isFields(value)) throw new Error('an Event has fields')
  return JSON.parse(JSON.stringify(value))
}
