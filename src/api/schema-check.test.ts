import { describe, expect, test } from 'vitest'
import {
  asApiObject,
  DEPLOYMENT,
  SERVICE,
  change,
  type JsonObject,
} from '../../scripts/api-cases/base-objects.ts'
import { DEFAULTING_CASES } from '../../scripts/api-cases/defaulting.ts'
import recorded from './generated/defaulting.json' with { type: 'json' }
import { checkMetadataSchema, checkSchema } from './schema-check.ts'
import {
  definitionNamed,
  definitionOfKind,
  fieldOf,
  SCHEMA_VERSION,
  schemaKinds,
} from './schema.ts'

const FIRST = 'spec.template.spec.containers.0'

function faultsOf(object: JsonObject): readonly string[] {
  return checkSchema(asApiObject(object)).map(({ fault, path }) => `${fault} ${path}`)
}

describe('objects that the API server takes have no fault', () => {
  test.each(DEFAULTING_CASES)('%s, as written', (_, object) => {
    expect(faultsOf(object)).toEqual([])
  })

  test.each(recorded.cases)('$name, as answered', ({ output }) => {
    expect(checkSchema(output)).toEqual([])
  })
})

describe('what does not fit the schema is told', () => {
  const container = 'spec.template.spec.containers[0]'
  test.each<[string, unknown, readonly string[]]>([
    ['spec.replica', 1, ['unknown-field spec.replica']],
    ['spec.replicas', '1', ['wrong-type spec.replicas']],
    ['spec.replicas', 1.5, ['wrong-type spec.replicas']],
    ['spec.replicas', 2 ** 31, ['wrong-type spec.replicas']],
    ['spec.replicas', null, []],
    ['spec.paused', 'true', ['wrong-type spec.paused']],
    ['spec.template', [], ['wrong-type spec.template']],
    ['spec.selector', null, ['missing-field spec']],
    ['spec.template.spec.containers', {}, ['wrong-type spec.template.spec.containers']],
    ['spec.template.spec.containers', [null], ['wrong-type spec.template.spec.containers[0]']],
    [`${FIRST}.command`, ['a', 1], [`wrong-type ${container}.command[1]`]],
    [`${FIRST}.imagePullPolicy`, 'always', [`unknown-value ${container}.imagePullPolicy`]],
    [`${FIRST}.imagePullPolicy`, '', []],
    [`${FIRST}.resources`, { limits: { cpu: '1.5' } }, []],
    [`${FIRST}.resources`, { limits: { cpu: 2 } }, []],
    [
      `${FIRST}.resources`,
      { limits: { cpu: 'much' } },
      [`wrong-type ${container}.resources.limits.cpu`],
    ],
    [
      `${FIRST}.livenessProbe`,
      { tcpSocket: { port: true } },
      [`wrong-type ${container}.livenessProbe.tcpSocket.port`],
    ],
    ['metadata.labels', { a: 1 }, ['wrong-type metadata.labels.a']],
    ['metadata.labels', { a: null }, []],
    ['metadata.creationTimestamp', null, []],
    ['metadata.creationTimestamp', 'today', ['wrong-type metadata.creationTimestamp']],
    ['metadata.constructor', {}, ['unknown-field metadata.constructor']],
  ])('%s: %j', (path, value, faults) => {
    expect(faultsOf(change(DEPLOYMENT, path, value))).toEqual(faults)
  })

  test('bytes are base64', () => {
    expect(faultsOf(secret('aGk='))).toEqual([])
    expect(faultsOf(secret('hi!'))).toEqual(['wrong-type data.a'])
  })

  test('pointers name the same place', () => {
    const object = change(SERVICE, 'metadata.annotations', { 'a/b~c': 1 })
    expect(checkSchema(asApiObject(object))).toMatchObject([
      { pointer: '/metadata/annotations/a~1b~0c', wanted: 'a string', got: '1' },
    ])
  })

  test('of a kind that is not in the schema, only the metadata is looked at', () => {
    const object = {
      apiVersion: 'a.b/v1',
      kind: 'W',
      metadata: { name: 'w', x: 1 },
      spec: { y: 1 },
    }
    expect(checkSchema(object)).toEqual([])
    expect(checkMetadataSchema(object).map(({ path }) => path)).toEqual(['metadata.x'])
  })
})

describe('the recorded schema', () => {
  test('is that of the version to match', () => {
    expect(SCHEMA_VERSION).toMatch(/^v1\.34\./)
    expect(schemaKinds()).toContain('apps/v1/Deployment')
    expect(schemaKinds()).toContain('networking.k8s.io/v1/Ingress')
  })

  test('refers only to definitions that it has', () => {
    const text = JSON.stringify(schemaKinds().map((kind) => reachable(kind)))
    expect(text).not.toContain('missing')
  })

  test('knows how lists merge', () => {
    const spec = definitionNamed('core.v1.PodSpec')
    expect(spec === undefined ? undefined : fieldOf(spec, 'containers')).toMatchObject({
      listType: 'map',
      listMapKeys: ['name'],
      patchMergeKey: 'name',
      patchStrategy: 'merge',
    })
  })
})

function secret(data: string): JsonObject {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data: { a: data } }
}

/** Names that a kind refers to, directly or not, each as it is or as missing. */
function reachable(kind: string): readonly string[] {
  const slash = kind.lastIndexOf('/')
  const root = definitionOfKind(kind.slice(0, slash), kind.slice(slash + 1))
  const names = new Set<string>()
  const open = root === undefined ? [] : [root]
  const answers = root === undefined ? ['missing root'] : []
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const [, name = ''] of JSON.stringify(next).matchAll(/"ref":"([^"]+)"/g)) {
      if (names.has(name)) continue
      names.add(name)
      const definition = definitionNamed(name)
      if (definition === undefined) answers.push(`missing ${name}`)
      else open.push(definition)
    }
  }
  return answers
}
