import { describe, expect, test } from 'vitest'
import { DEFAULTING_CASES } from '../../scripts/api-cases/defaulting.ts'
import { applyDefaults } from './defaults.ts'
import recorded from './generated/defaulting.json' with { type: 'json' }
import type { ApiObject } from './meta.ts'

const ANSWERS = new Map(recorded.cases.map(({ name, output }) => [name, output]))

describe(`defaults are those of Kubernetes ${recorded.kubernetes}`, () => {
  test('every case has an answer of the API server', () => {
    expect([...ANSWERS.keys()]).toEqual(DEFAULTING_CASES.map(([name]) => name))
  })

  test.each(DEFAULTING_CASES)('%s', (name, input) => {
    const { status: _, ...filled } = applyDefaults(input as unknown as ApiObject) as ApiObject & {
      status?: unknown
    }
    expect(filled).toEqual(ANSWERS.get(name))
  })

  test.each(DEFAULTING_CASES)('nothing is added to %s a second time', (_, input) => {
    const once = applyDefaults(input as unknown as ApiObject)
    expect(applyDefaults(once)).toBe(once)
  })

  test.each(DEFAULTING_CASES)('the given object stays as it is: %s', (_, input) => {
    const before = structuredClone(input)
    applyDefaults(input as unknown as ApiObject)
    expect(input).toEqual(before)
  })
})

test('an object of a kind that is not run comes back as it is', () => {
  const object = {
    apiVersion: 'example.com/v1',
    kind: 'Service',
    metadata: { name: 'a' },
    spec: {},
  }
  expect(applyDefaults(object)).toBe(object)
})
