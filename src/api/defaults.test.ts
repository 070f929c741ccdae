import { describe, expect, test } from 'vitest'
import { asApiObject } from '../../scripts/api-cases/base-objects.ts'
import { DEFAULTING_CASES } from '../../scripts/api-cases/defaulting.ts'
import { without } from '../../scripts/json.ts'
import { applyDefaults } from './defaults.ts'
import recorded from './generated/defaulting.json' with { type: 'json' }

const ANSWERS = new Map(recorded.cases.map(({ name, output }) => [name, output]))

describe(`defaults are those of Kubernetes ${recorded.kubernetes}`, () => {
  test('every case has an answer of the API server', () => {
    expect([...ANSWERS.keys()]).toEqual(DEFAULTING_CASES.map(([name]) => name))
  })

  test.each(DEFAULTING_CASES)('%s', (name, input) => {
    const filled = without({ ...applyDefaults(asApiObject(input)) }, ['status'])
    expect(filled).toEqual(ANSWERS.get(name))
  })

  test.each(DEFAULTING_CASES)('nothing is added to %s a second time', (_, input) => {
    const once = applyDefaults(asApiObject(input))
    expect(applyDefaults(once)).toBe(once)
  })

  test.each(DEFAULTING_CASES)('the given object stays as it is: %s', (_, input) => {
    const before = structuredClone(input)
    applyDefaults(asApiObject(input))
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
