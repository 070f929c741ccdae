import { describe, expect, test } from 'vitest'
import { asApiObject } from '../../scripts/api-cases/base-objects.ts'
import { WARNING_CASES } from '../../scripts/api-cases/warnings.ts'
import { applyDefaults } from './defaults.ts'
import recorded from './generated/warnings.json' with { type: 'json' }
import { definitionOf } from './kinds.ts'

const ANSWERS = new Map(recorded.cases.map(({ name, warnings }) => [name, warnings]))

test('every case has an answer of the API server', () => {
  expect(recorded.cases.map(({ name }) => name)).toEqual(WARNING_CASES.map(([name]) => name))
})

describe(`writers are warned in the words of Kubernetes ${recorded.kubernetes}`, () => {
  test.each(WARNING_CASES)('%s', (name, input) => {
    const object = applyDefaults(asApiObject(input))
    expect(definitionOf(object)?.warnings(object, undefined)).toEqual(ANSWERS.get(name))
  })

  test.each(WARNING_CASES)(
    'an update to what was there before is not told twice: %s',
    (_, input) => {
      const object = applyDefaults(asApiObject(input))
      if (object.kind !== 'Pod') return
      expect(definitionOf(object)?.warnings(object, object)).toEqual([])
    },
  )
})

test('a node label called `constructor` is none of old', () => {
  const spec = { nodeSelector: { constructor: 'a' }, containers: [{ name: 'app', image: 'app' }] }
  const pod = asApiObject({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec })
  expect(definitionOf(pod)?.warnings(pod, undefined)).toEqual([])
})
