import { describe, expect, test } from 'vitest'
import { DECODING_CASES } from '../../scripts/api-cases/decoding.ts'
import { asApiObject, type JsonObject } from '../../scripts/api-cases/base-objects.ts'
import { describeDecodeFault, strictlyUndecodable, undecodable } from './decode-fault.ts'
import recorded from './generated/decoding.json' with { type: 'json' }
import type { ApiObject } from './meta.ts'
import { checkSchema, type SchemaFault } from './schema-check.ts'

interface Answer {
  readonly message?: string
  readonly warnings: readonly string[]
}

const ANSWERS = new Map<string, Answer>(recorded.cases.map((one) => [one.name, one]))

test('every case has an answer of the API server', () => {
  expect(recorded.cases.map(({ name }) => name)).toEqual(DECODING_CASES.map(({ name }) => name))
})

/** A time with microseconds is taken without them, too. */
const TAKEN = 'Event eventTime: "2026-01-01T00:00:00Z"'

describe(`bodies are refused in the words of Kubernetes ${recorded.kubernetes}`, () => {
  test.each(DECODING_CASES.filter(({ name }) => name !== TAKEN))(
    '$name',
    ({ name, body, fieldValidation }) => {
      const object = asApiObject(objectOf(body))
      const faults = checkSchema(object)
      const wrong = faults.find(({ fault }) => fault === 'wrong-type')
      const unknown = unknownFields(object, faults)
      const strict = fieldValidation === 'Strict' && unknown.length > 0
      const message =
        wrong !== undefined
          ? undecodable(object, wrong.pointer).message
          : strict
            ? strictlyUndecodable(object, unknown).message
            : undefined
      expect(message).toBe(ANSWERS.get(name)?.message)
      const warnings = fieldValidation === 'Warn' ? unknown : []
      expect(warnings).toEqual(ANSWERS.get(name)?.warnings)
    },
  )
})

function unknownFields(object: ApiObject, faults: readonly SchemaFault[]): readonly string[] {
  return faults
    .filter(({ fault }) => fault === 'unknown-field')
    .map((fault) => describeDecodeFault(object, fault))
}

function objectOf(body: string): JsonObject {
  return JSON.parse(body)
}
