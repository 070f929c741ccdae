import { describe, expect, test } from 'vitest'
import type { Pod } from '../pod.ts'
import { validateObject, validateStatusUpdate } from '../validation.ts'

const POD: Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a', namespace: 'shop' },
  spec: { containers: [{ name: 'app', image: 'app' }] },
  status: { phase: 'Running' },
}

const NAME_RULE = expect.stringContaining('a lowercase RFC 1123 subdomain must consist of')

describe('statuses of resource claims', () => {
  const claimed: Pod = { ...POD, spec: { ...POD.spec, resourceClaims: [{ name: 'gpu' }] } }

  test.each<[string, readonly object[], readonly [string, unknown][]]>([
    ['of a claim that is there', [{ name: 'gpu', resourceClaimName: 'gpu-x' }], []],
    [
      'of one that is not, twice, and of no name',
      [{ name: 'x' }, { name: 'x', resourceClaimName: 'A_b' }],
      [
        ['status.resourceClaimStatuses[0].name', noEntry('x')],
        ['status.resourceClaimStatuses[1].name', noEntry('x')],
        ['status.resourceClaimStatuses[1].name', 'Duplicate value: "x"'],
        ['status.resourceClaimStatuses[1].name', NAME_RULE],
      ],
    ],
  ])('%s', (_, resourceClaimStatuses, faults) => {
    const next = { ...claimed, status: { ...claimed.status, resourceClaimStatuses } }
    const found = validateStatusUpdate(next, claimed)
    expect(found.map(({ path, message }) => [path, message])).toEqual(faults)
  })
})

describe('a write of the status that changes the metadata too', () => {
  const debugged: Pod = {
    ...POD,
    spec: { ...POD.spec, ephemeralContainers: [{ name: 'shell', image: 'shell' }] },
  }

  test('does not have the pod obey the rules for new ones', () => {
    expect(validateObject(debugged)).not.toEqual([])
    expect(faultsOf(debugged, { labels: { app: 'web' } })).toEqual([])
  })

  test('has the finalizers of the metadata be known ones', () => {
    expect(faultsOf(POD, { finalizers: ['x'] })).toEqual([
      'metadata.finalizers[0]: Invalid value: "x": name is neither a standard finalizer name nor is it fully qualified',
    ])
  })

  test.each([
    [
      {},
      { 'container.apparmor.security.beta.kubernetes.io/app': 'unconfined' },
      'Forbidden: may not add AppArmor annotations',
    ],
    [
      { 'container.apparmor.security.beta.kubernetes.io/app': 'unconfined' },
      {},
      'Forbidden: may not remove or update AppArmor annotations',
    ],
    [
      { 'kubernetes.io/config.mirror': 'x' },
      {},
      'Forbidden: may not remove or update mirror pod annotation',
    ],
    [
      {},
      { 'controller.kubernetes.io/pod-deletion-cost': 'x' },
      'Invalid value: "x": must be a 32bit integer',
    ],
  ])('may not change annotations from %j to %j', (before, annotations, message) => {
    const pod = { ...POD, metadata: { ...POD.metadata, annotations: before } }
    const found = faultsOf(pod, { annotations })
    expect(found).toEqual([expect.stringContaining(message)])
  })
})

function noEntry(name: string): string {
  return `Invalid value: ${JSON.stringify(name)}: must match the name of an entry in \`spec.resourceClaims\``
}

function faultsOf(before: Pod, metadata: object): readonly string[] {
  const next = { ...before, metadata: { ...before.metadata, ...metadata } }
  return validateStatusUpdate(next, before).map(({ path, message }) => `${path}: ${message}`)
}
