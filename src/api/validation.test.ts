import { describe, expect, test } from 'vitest'
import { asApiObject, type JsonObject } from '../../scripts/api-cases/base-objects.ts'
import { UPDATE_CASES } from '../../scripts/api-cases/updates.ts'
import { VALIDATION_CASES } from '../../scripts/api-cases/validation.ts'
import { fieldsOf } from '../base/fields.ts'
import { applyDefaults } from './defaults.ts'
import updates from './generated/updates.json' with { type: 'json' }
import refusals from './generated/refusals.json' with { type: 'json' }
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

/** What the API server finds and validation does not, each for its reason. */
const NOT_CHECKED = new Map([
  ['a quantity of a bad form', 'the schema tells'],
  ['one node port twice', 'the allocation of ports tells'],
  ['a Service of another family', 'the allocation of addresses tells, and then nothing else does'],
  ['a class of load balancer without one', 'the store drops it before'],
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
  test.each(UPDATE_CASES.filter(([name]) => !NOT_CHECKED.has(name)))(
    '%s',
    (name, before, after) => {
      expect(linesOf(validateUpdate(filled(after), filled(before)))).toEqual(answer(name))
    },
  )

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
      // What is missing is pointed to where it would be.
      const isUnderMissing = /^(spec\.|metadata\.annotations)/.test(path)
      expect(isThere || isUnderMissing).toBe(true)
    }
  },
)

interface RecordedRefusal {
  readonly name: string
  readonly status: {
    readonly message: string
    readonly reason: string
    readonly code: number
    readonly details?: { readonly causes?: readonly Cause[] }
  }
}

const RECORDED_REFUSALS: readonly RecordedRefusal[] = refusals.cases
const REFUSALS = RECORDED_REFUSALS.filter(({ name }) => !NOT_CHECKED.has(name))

describe('a refusal is the same Status', () => {
  test.each(REFUSALS)('$name', ({ name, status }) => {
    const object = filled(VALIDATION_CASES.find(([known]) => known === name)?.[1] ?? {})
    const { message, reason, code, causes, details } = invalidObjectError(
      object,
      validateObject(object),
    )
    const { causes: recordedCauses, ...recordedDetails } = { ...status.details }
    expect({ message, reason, code }).toEqual({
      message: status.message,
      reason: status.reason,
      code: status.code,
    })
    expect(details).toEqual(recordedDetails)
    expect(causes).toEqual(recordedCauses)
  })
})

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
  return (ANSWERS.get(name) ?? []).map(
    ({ field, reason, message }) => `${reason} ${field} ${message}`,
  )
}

function linesOf(faults: readonly FieldFault[]): readonly string[] {
  return faults.map(({ path, reason, message }) => `${reason} ${path} ${message}`)
}

function valueAt(object: unknown, pointer: string): unknown {
  const steps = pointer.split('/').slice(1)
  return steps.reduce<unknown>((value, step) => {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~')
    return Array.isArray(value) ? value[Number(key)] : fieldsOf(value)[key]
  }, object)
}
