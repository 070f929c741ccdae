import { describe, expect, test } from 'vitest'
import { definitionNamed, definitionNameOf } from '../../api/schema.ts'
import { SERVED_GROUPS } from '../served-resources.ts'
import { openApiDocument, openApiHash, openApiIndex } from './openapi.ts'

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[]
  readonly 'x-kubernetes-group-version-kind': object
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

interface Schema {
  readonly properties?: Readonly<Record<string, unknown>>
  readonly required?: readonly string[]
  readonly [field: string]: unknown
}

const NAMES = Object.keys(indexPaths())
const APPS = document('apis/apps/v1')
const CORE = document('api/v1')

describe('the index', () => {
  test('names every version that is served, with the hash of its document', () => {
    const served = SERVED_GROUPS.flatMap(({ versions }) => versions)
    expect(NAMES).toHaveLength(served.length)
    for (const [name, { serverRelativeURL }] of Object.entries(indexPaths())) {
      expect(serverRelativeURL).toBe(`/openapi/v3/${name}?hash=${openApiHash(name)}`)
      expect(openApiHash(name)).toMatch(/^[0-9A-F]{16}$/)
    }
  })

  test('no two documents have the same hash', () => {
    expect(new Set(NAMES.map(openApiHash)).size).toBe(NAMES.length)
  })

  test.each(['', 'v1', 'apps/v1', 'apis/v1', 'api/apps/v1', 'apis/apps', 'apis/nothing/v1'])(
    'there is no document "%s"',
    (name) => {
      expect(openApiDocument(name)).toBeUndefined()
    },
  )
})

describe('a document', () => {
  test.each(NAMES)('of %s refers to nothing that it lacks', (name) => {
    const { components } = document(name)
    const references = [...JSON.stringify(document(name)).matchAll(/"\$ref":"([^"]+)"/g)]
    const missing = references
      .map(([, reference = '']) => reference.replace('#/components/schemas/', ''))
      .filter((schema) => !Object.hasOwn(components.schemas, schema))
    expect(missing).toEqual([])
  })

  test.each(NAMES)('of %s tells kubectl that a patch can be validated by the server', (name) => {
    for (const [path, item] of Object.entries(document(name).paths)) {
      const { patch } = item
      if (patch === undefined || path.endsWith('/proxy')) continue
      const query = patch.parameters?.filter((each) => each.in === 'query').map((each) => each.name)
      expect(query).toEqual(['dryRun', 'fieldManager', 'fieldValidation', 'force'])
    }
  })

  test('names the kind of each operation, that of a subresource too', () => {
    const path = '/apis/apps/v1/namespaces/{namespace}/deployments/{name}'
    const deployment = { group: 'apps', version: 'v1', kind: 'Deployment' }
    expect(kindOf(path, 'patch')).toEqual(deployment)
    expect(kindOf('/apis/apps/v1/deployments', 'get')).toEqual(deployment)
    expect(kindOf(`${path}/status`, 'put')).toEqual(deployment)
    expect(kindOf(`${path}/scale`, 'patch')).toEqual({
      group: 'autoscaling',
      version: 'v1',
      kind: 'Scale',
    })
    expect(Object.keys(CORE.paths['/api/v1/namespaces'] ?? {})).toEqual([
      'post',
      'get',
      'parameters',
    ])
  })

  test('has the fields of a definition, which of them are required, and how lists merge', () => {
    const container = CORE.components.schemas['io.k8s.api.core.v1.Container']
    expect(Object.keys(container?.properties ?? {})).toEqual(
      Object.keys(definitionNamed('core.v1.Container')?.fields ?? {}),
    )
    expect(container?.required).toEqual(['name'])
    expect(container?.properties).toMatchObject({
      image: { type: 'string' },
      imagePullPolicy: { enum: ['Always', 'IfNotPresent', 'Never'] },
      resources: {
        allOf: [{ $ref: '#/components/schemas/io.k8s.api.core.v1.ResourceRequirements' }],
      },
      env: {
        type: 'array',
        items: { allOf: [{ $ref: '#/components/schemas/io.k8s.api.core.v1.EnvVar' }] },
        'x-kubernetes-list-map-keys': ['name'],
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-patch-merge-key': 'name',
        'x-kubernetes-patch-strategy': 'merge',
      },
    })
  })

  test('says which schema is that of a whole object', () => {
    const schema = APPS.components.schemas['io.k8s.api.apps.v1.Deployment']
    expect(schema?.['x-kubernetes-group-version-kind']).toEqual([
      { group: 'apps', version: 'v1', kind: 'Deployment' },
    ])
    expect(definitionNameOf('apps/v1', 'Deployment')).toBe('apps.v1.Deployment')
  })
})

function kindOf(path: string, method: string): object | undefined {
  return APPS.paths[path]?.[method]?.['x-kubernetes-group-version-kind']
}

function indexPaths(): Readonly<Record<string, { readonly serverRelativeURL: string }>> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the form is what the test is about
  return (openApiIndex() as { paths: Record<string, { serverRelativeURL: string }> }).paths
}

function document(name: string): Document {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the form is what the test is about
  return openApiDocument(name) as Document
}
