import { describe, expect, test } from 'vitest'
import { asApiObject, type JsonObject } from '../../scripts/api-cases/base-objects.ts'
import { fieldsOf } from '../../scripts/json.ts'
import { UPDATE_CASES } from '../../scripts/api-cases/updates.ts'
import { VALIDATION_CASES } from '../../scripts/api-cases/validation.ts'
import { applyDefaults } from './defaults.ts'
import updates from './generated/updates.json' with { type: 'json' }
import recorded from './generated/validation.json' with { type: 'json' }
import type { ApiObject } from './meta.ts'
import {
  invalidObjectError,
  validateObject,
  validateUpdate,
  type FieldFault,
} from './validation.ts'

interface Cause {
  readonly field?: string
  readonly reason: string
  readonly message: string
}

/** What the API server finds and we do not, each for its reason. */
const NOT_CHECKED = new Map([
  ['a quantity of a bad form', 'the schema tells'],
  ['a request above its limit', 'the engine applies no resources'],
])

const ANSWERS = new Map<string, readonly Cause[]>(
  [...recorded.cases, ...updates.cases].map(({ name, causes }) => [name, causes]),
)

describe(`objects are refused in the words of Kubernetes ${recorded.kubernetes}`, () => {
  test.each(VALIDATION_CASES.filter(([name]) => !NOT_CHECKED.has(name)))('%s', (name, input) => {
    expect(linesOf(validateObject(filled(input)))).toEqual(answer(name))
  })

  test('every case has an answer of the API server', () => {
    expect(recorded.cases.map(({ name }) => name)).toEqual(VALIDATION_CASES.map(([name]) => name))
    expect(updates.cases.map(({ name }) => name)).toEqual(UPDATE_CASES.map(([name]) => name))
  })
})

describe('updates are refused in its words', () => {
  test.each(UPDATE_CASES)('%s', (name, before, after) => {
    // The API server has allocated an address by the time of the update.
    const stored = filled(before)
    const old = before['kind'] === 'Service' ? withSpec(stored, { clusterIP: '10.0.0.1' }) : stored
    expect(linesOf(validateUpdate(filled(after), old))).toEqual(answer(name))
  })

  test('a pod may be put on a node once', () => {
    const pod = filled(UPDATE_CASES.find(([name]) => name === 'a new image of a Pod')?.[1] ?? {})
    const on = (nodeName: string): ApiObject => withSpec(pod, { nodeName })
    expect(validateUpdate(on('a'), pod)).toEqual([])
    expect(validateUpdate(on('b'), on('a')).map(({ path }) => path)).toEqual(['spec'])
  })
})

test.each(VALIDATION_CASES)(
  'pointers lead into the object or to its nearest part: %s',
  (_, input) => {
    const object = filled(input)
    for (const { pointer, path } of validateObject(object)) {
      const parent = pointer.slice(0, pointer.lastIndexOf('/'))
      const isThere =
        valueAt(object, pointer) !== undefined || valueAt(object, parent) !== undefined
      const isUnderMissing = path.startsWith('spec.')
      expect(isThere || isUnderMissing).toBe(true)
    }
  },
)

test('a refusal lists its faults as kubectl prints them', () => {
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' } }
  expect(invalidObjectError(deployment, [fault('a.b')]).message).toBe(
    'Deployment.apps "web" is invalid: a.b: Required value',
  )
  expect(invalidObjectError(deployment, [fault('a'), fault('b')])).toMatchObject({
    reason: 'Invalid',
    code: 422,
    message: 'Deployment.apps "web" is invalid: [a: Required value, b: Required value]',
    causes: [{ field: 'a' }, { field: 'b' }],
  })
})

function fault(path: string): FieldFault {
  return { path, pointer: '', reason: 'FieldValueRequired', message: 'Required value' }
}

function filled(input: JsonObject): ApiObject {
  return applyDefaults(asApiObject(input))
}

function withSpec(object: ApiObject, changes: object): ApiObject {
  const spec = fieldsOf(fieldsOf(object)['spec'])
  return Object.assign({ ...object }, { spec: { ...spec, ...changes } })
}

function answer(name: string): readonly string[] {
  return (ANSWERS.get(name) ?? [])
    .map(({ field, reason, message }) => `${reason} ${field} ${message}`)
    .toSorted()
}

function linesOf(faults: readonly FieldFault[]): readonly string[] {
  return faults.map(({ path, reason, message }) => `${reason} ${path} ${message}`).toSorted()
}

function valueAt(object: unknown, pointer: string): unknown {
  const steps = pointer.split('/').slice(1)
  return steps.reduce<unknown>((value, step) => {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~')
    return Array.isArray(value) ? value[Number(key)] : fieldsOf(value)[key]
  }, object)
}
