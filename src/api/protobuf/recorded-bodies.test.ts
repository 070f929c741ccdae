import { expect, test } from 'vitest'
import { decodeProtobuf } from '../protobuf-decoder.ts'
import recorded from './recorded-bodies.json' with { type: 'json' }

interface RecordedBody {
  readonly name: string
  readonly protobuf: string
  readonly json: unknown
}

const BODIES: readonly RecordedBody[] = recorded

test.each(BODIES.map(({ name, ...body }) => [name, body] as const))(
  '%s: the JSON of the same object',
  (_, { protobuf, json }) => {
    expect(decodeProtobuf(Buffer.from(protobuf, 'base64'))).toEqual(withoutNulls(json))
  },
)

test('enough is recorded', () => {
  expect(BODIES.length).toBeGreaterThanOrEqual(26)
})

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).filter(([, member]) => member !== null)
  return Object.fromEntries(members.map(([name, member]) => [name, withoutNulls(member)]))
}
