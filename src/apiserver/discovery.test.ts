import { describe, expect, test } from 'vitest'
import { KINDS, isKindName } from '../api/kinds.ts'
import { discoveryDocument } from './discovery.ts'
import recorded from './generated/discovery.json' with { type: 'json' }
import { SERVED_GROUPS } from './served-resources.ts'

interface Listed {
  readonly name: string
  readonly [field: string]: unknown
}

/** What Kubernetes has and hitless has not, by the reason. */
const NOT_SERVED: Readonly<Record<string, readonly string[]>> = {
  'kinds without a part in a rolling update': words(
    'componentstatuses limitranges persistentvolumeclaims persistentvolumes podtemplates replicationcontrollers ' +
      'resourcequotas controllerrevisions daemonsets statefulsets ipaddresses networkpolicies servicecidrs',
  ),
  'a pod is bound at its own address': ['bindings'],
  'what no kubelet here can do': ['nodes/proxy'],
}

const GROUPS = SERVED_GROUPS.map(({ name }) => name)
const LISTS = Object.entries(recorded.lists).filter(
  ([path]) => discoveryDocument(path, 'plain') !== undefined,
)
const AGGREGATED = recorded.aggregated.filter(({ metadata }) =>
  GROUPS.includes(metadata.name ?? ''),
)

describe('discovery', () => {
  test.each(LISTS)('%s tells of its resources as Kubernetes does', (path, list) => {
    const own = listedAt(path)
    const expected = list.resources.filter((each) => isServed(each, own))
    expect(discoveryDocument(path, 'plain')).toEqual({ ...list, resources: expected })
  })

  test.each(AGGREGATED.map((group) => [group.metadata.name ?? '', group] as const))(
    'group "%s" is told in the aggregated form as Kubernetes tells it',
    (name, group) => {
      const own = aggregated(name === '' ? '/api' : '/apis').find(
        ({ metadata }) => (metadata.name ?? '') === name,
      )
      const [version] = group.versions
      const resources = version?.resources.flatMap(({ subresources = [], ...resource }) => {
        const served = own?.versions[0]?.resources.find(
          (each) => each.resource === resource.resource,
        )
        if (served === undefined) return []
        const names = (served.subresources ?? []).map(({ subresource }) => subresource)
        const kept = subresources.filter(({ subresource }) => names.includes(subresource))
        return [{ ...resource, ...(kept.length === 0 ? {} : { subresources: kept }) }]
      })
      expect(own?.versions[0]).toEqual({ ...version, resources })
    },
  )

  test('groups come in the order of Kubernetes', () => {
    const names = recorded.groups.map(({ name }) => name)
    const own = GROUPS.filter((name) => names.includes(name))
    expect(own).toEqual(names.filter((name) => GROUPS.includes(name)))
    expect(own.length).toBeGreaterThan(6)
  })

  test('a group is told with its versions, the preferred one first', () => {
    const [apps] = recorded.groups.filter(({ name }) => name === 'apps')
    expect(discoveryDocument('/apis/apps', 'plain')).toEqual({
      kind: 'APIGroup',
      apiVersion: 'v1',
      ...apps,
    })
    expect(discoveryDocument('/apis/apps/', 'aggregated-v2')).toMatchObject({ kind: 'APIGroup' })
  })

  test('the core versions are told', () => {
    expect(discoveryDocument('/api', 'plain')).toMatchObject({ versions: ['v1'] })
  })

  test('the older aggregated form differs by its version only', () => {
    const newer = discoveryDocument('/apis', 'aggregated-v2')
    const older = discoveryDocument('/apis', 'aggregated-v2beta1')
    expect(older).toEqual({ ...newer, apiVersion: 'apidiscovery.k8s.io/v2beta1' })
  })

  test.each([
    '/apis/nothing',
    '/apis/apps/v2',
    '/api/v2',
    '/apis/v1',
    '/api/apps/v1',
    '/version',
    '/',
  ])('there is nothing at %s', (path) => {
    expect(discoveryDocument(path, 'plain')).toBeUndefined()
  })

  test('every version and subresource that a kind names is told', () => {
    const served = SERVED_GROUPS.flatMap(({ versions }) => versions).flatMap((version) =>
      version.resources.flatMap(({ kind, subresources }) => [
        `${version.groupVersion} ${kind}`,
        ...subresources.map(({ name }) => `${version.groupVersion} ${kind}/${name}`),
      ]),
    )
    for (const kind of Object.keys(KINDS).filter(isKindName)) {
      const { apiVersion, otherVersions, subresources, strategy } = KINDS[kind]
      const all = [...subresources, ...(strategy.hasStatus ? ['status'] : [])]
      for (const version of [apiVersion, ...otherVersions.map((other) => other.apiVersion)]) {
        expect(served).toContain(`${version} ${kind}`)
        for (const name of all) expect(served).toContain(`${version} ${kind}/${name}`)
      }
    }
  })
})

/** Left out for a reason that is written down, or for none, which the comparison then shows. */
function isServed({ name }: Listed, own: readonly string[]): boolean {
  if (own.includes(name)) return true
  const [resource = ''] = name.split('/')
  const notServed = Object.values(NOT_SERVED).flat()
  return !notServed.includes(resource) && !notServed.includes(name)
}

function listedAt(path: string): readonly string[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the form is what the test is about
  const list = discoveryDocument(path, 'plain') as { readonly resources: readonly Listed[] }
  return list.resources.map(({ name }) => name)
}

function aggregated(path: string) {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the form is what the test is about
  const list = discoveryDocument(path, 'aggregated-v2') as {
    readonly items: typeof recorded.aggregated
  }
  return list.items
}

function words(text: string): readonly string[] {
  return text.split(' ')
}
