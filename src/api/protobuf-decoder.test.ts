import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { ApiError } from './api-error.ts'
import { decodeProtobuf } from './protobuf-decoder.ts'
import { messageNamed, messageOfKind, protobufKinds, type Message } from './protobuf/messages.ts'
import recorded from './protobuf/recorded-bodies.json' with { type: 'json' }

const CONFIG_MAP = { apiVersion: 'v1', kind: 'ConfigMap' }
const IN_VERSION = 'ConfigMap in version "v1" cannot be handled as a ConfigMap: '
const UNRECOGNIZED = 'the object provided is unrecognized (must be of type ConfigMap): '

// Each as the real server answers it, to a POST of a ConfigMap.
test.each([
  ['nothing', [], `${UNRECOGNIZED}empty data (<empty>)`],
  [
    'JSON',
    [...text('{}')],
    `${UNRECOGNIZED}provided data does not appear to be a protobuf message, expected prefix [107 56 115 0] ({})`,
  ],
  ['a prefix', envelope(), `${UNRECOGNIZED}empty body (6b387300)`],
  ['half an envelope', envelope([0x0a]), `${UNRECOGNIZED}unexpected EOF (6b3873000a)`],
  [
    'bytes behind the envelope',
    [...configMap(), ...text('zzzz')],
    `${UNRECOGNIZED}unexpected EOF (6b3873000a0f0a0276311209436f6e6669674d617012007a7a7a7a)`,
  ],
  ['half a message', configMap(0x0a, 0x05), `${IN_VERSION}unexpected EOF`],
  [
    'a field of another type',
    configMap(0x08, 0x05),
    `${IN_VERSION}proto: wrong wireType = 0 for field ObjectMeta`,
  ],
  ['half a varint', configMap(0x80), `${IN_VERSION}unexpected EOF`],
  [
    'a varint that is too long',
    configMap(...Array<number>(10).fill(0xff), 1),
    `${IN_VERSION}proto: integer overflow`,
  ],
  [
    'a length without end',
    configMap(0x0a, ...Array<number>(9).fill(0xff), 1),
    `${IN_VERSION}proto: negative length found during unmarshaling`,
  ],
  ['a field 0', configMap(0x00), `${IN_VERSION}proto: ConfigMap: illegal tag 0 (wire type 0)`],
  [
    'the end of no group',
    configMap(0x0c),
    `${IN_VERSION}proto: ConfigMap: wiretype end group for non-group`,
  ],
  ['an unknown wire type', configMap(0x7e), `${IN_VERSION}proto: illegal wireType 6`],
  [
    'groups without end',
    configMap(...Array<number>(100_000).fill(0x7b)),
    `${IN_VERSION}unexpected EOF`,
  ],
  [
    'an unknown kind',
    envelope(typeMeta('v1', 'Nothing')),
    'Nothing in version "v1" cannot be handled as a ConfigMap: no kind "Nothing" is registered for version "v1" in scheme "pkg/runtime/scheme.go:110"',
  ],
])('%s is refused', (_, bytes, message) => {
  const refusal = new ApiError('BadRequest', message)
  expect(() => decodeProtobuf(Uint8Array.from(bytes), CONFIG_MAP)).toThrow(refusal)
})

test('a kind that is not served is refused', () => {
  // kubectl create role reader --verb=get --resource=pods
  const body = Buffer.from(
    'azhzAAokChxyYmFjLmF1dGhvcml6YXRpb24uazhzLmlvL3YxEgRSb2xlEi4KHQoGcmVhZGVyEgAaB3BhdGNoZXMiACoAMgA4AEIAEg0KA2dldBIAGgRwb2RzGgAiAA==',
    'base64',
  )
  expect(() => decodeProtobuf(body)).toThrow(/no kind "Role" is registered/)
})

test('a body without a kind is of the one that is expected', () => {
  const body = Uint8Array.from(envelope([0x12, 0x02, 0x0a, 0x00]))
  expect(decodeProtobuf(body, CONFIG_MAP)).toEqual({ ...CONFIG_MAP, metadata: {} })
  expect(() => decodeProtobuf(body)).toThrow(/Object 'Kind' is missing/)
})

test('options to delete are of every group', () => {
  const body = envelope(typeMeta('apps/v1', 'DeleteOptions'), field(2, [0x08, 0x00]))
  expect(decodeProtobuf(Uint8Array.from(body))).toEqual({
    kind: 'DeleteOptions',
    apiVersion: 'apps/v1',
    gracePeriodSeconds: 0,
  })
})

const GROUP = [0xfb, 0x01, 0x08, 0x01, 0xfc, 0x01]
const IMMUTABLE = [0x20, 0x07]

test('what protobuf leaves open is read as Go reads it', () => {
  const name = (value: string): number[] => field(1, text(value))
  const entry = field(2, [...field(1, text('__proto__')), ...field(2, text('\uFEFFa'))])
  const body = configMap(
    ...field(1, [...name('first'), ...name('second')]),
    ...field(99, text('unknown')),
    // A group of the number 31 with a field in it.
    ...GROUP,
    ...entry,
    ...field(2, []),
    ...field(1, field(3, text('team'))),
    ...field(3, [...field(1, text('b')), ...field(2, [0x00, 0xff])]),
    ...IMMUTABLE,
  )
  const decoded = decodeProtobuf(Uint8Array.from(body))
  expect(JSON.stringify(decoded)).toBe(
    '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"second","namespace":"team"},' +
      '"immutable":true,"data":{"__proto__":"\uFEFFa","":""},"binaryData":{"b":"AP8="}}',
  )
})

test.each([
  [
    'seconds behind the year 9999',
    [0x08, ...Array<number>(8).fill(0xff), 0x7f],
    /seconds out of range/,
  ],
  ['no seconds', [0x0b, 0x0c], { creationTimestamp: '1970-01-01T00:00:00Z' }],
  ['nothing', [], {}],
  // -62,135,596,800: the first of January of the year 1.
  [
    'the time that is not set',
    [0x08, 0x80, 0x92, 0xb8, 0xc3, 0x98, 0xfe, 0xff, 0xff, 0xff, 0x01],
    {},
  ],
])('a time of %s', (_, time, expected) => {
  const body = Uint8Array.from(configMap(...field(1, field(8, time))))
  if (expected instanceof RegExp) expect(() => decodeProtobuf(body)).toThrow(expected)
  else expect(decodeProtobuf(body)).toEqual({ ...CONFIG_MAP, metadata: expected })
})

test.each([
  ['{"f:data":{}}', { 'f:data': {} }],
  ['{', /FieldsV1: invalid JSON/],
  ['['.repeat(200) + ']'.repeat(200), /exceeded max depth/],
])('managed fields of %s', (json, expected) => {
  const fields = field(7, field(1, text(json)))
  const body = Uint8Array.from(configMap(...field(1, field(17, fields))))
  if (expected instanceof RegExp) expect(() => decodeProtobuf(body)).toThrow(expected)
  else expect(decodeProtobuf(body)).toHaveProperty('metadata.managedFields.0.fieldsV1', expected)
})

test('no message contains itself, so decoding ends', () => {
  const depths = protobufKinds().map((path) => {
    const slash = path.lastIndexOf('/')
    const message = messageOfKind(path.slice(0, slash), path.slice(slash + 1))
    return message === undefined ? 0 : depthOf(message)
  })
  expect(depths.length).toBeGreaterThan(20)
  expect(Math.min(...depths)).toBeGreaterThan(0)
  expect(Math.max(...depths)).toBeLessThan(20)
})

const BODIES = recorded.map(({ protobuf }) => Buffer.from(protobuf, 'base64'))

test('a body that ends anywhere is decoded or refused', () => {
  for (const body of BODIES.filter(({ length }) => length < 3000)) {
    for (let length = 0; length < body.length; length++) decodeOrRefuse(body.subarray(0, length))
  }
})

test('a body with any bytes changed is decoded or refused', () => {
  const change = fc.record({ at: fc.nat(4000), byte: fc.nat(255) })
  const changes = fc.array(change, { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(fc.constantFrom(...BODIES), changes, (body, bytes) => {
      const changed = Uint8Array.from(body)
      for (const { at, byte } of bytes) changed[4 + (at % (body.length - 4))] = byte
      decodeOrRefuse(changed)
    }),
    { numRuns: 2000 },
  )
})

function decodeOrRefuse(body: Uint8Array): void {
  try {
    expect(typeof decodeProtobuf(body, CONFIG_MAP)).toBe('object')
  } catch (error) {
    expect(error).toBeInstanceOf(ApiError)
  }
}

/** How many messages are within each other; stops the test where they do so without end. */
function depthOf(message: Message, outer: readonly string[] = []): number {
  expect(outer).not.toContain(message.name)
  const inner = message.fields.flatMap(({ type }) => messageNamed(type) ?? [])
  return 1 + Math.max(0, ...inner.map((each) => depthOf(each, [...outer, message.name])))
}

function envelope(...fields: readonly (readonly number[])[]): number[] {
  return [0x6b, 0x38, 0x73, 0x00, ...fields.flat()]
}

function configMap(...raw: readonly number[]): number[] {
  return envelope(typeMeta('v1', 'ConfigMap'), field(2, raw))
}

function typeMeta(apiVersion: string, kind: string): number[] {
  return field(1, [...field(1, text(apiVersion)), ...field(2, text(kind))])
}

/** A length-delimited field. */
function field(number: number, bytes: readonly number[]): number[] {
  return [...varint(number * 8 + 2), ...varint(bytes.length), ...bytes]
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value % 0x80) + 0x80, ...varint(Math.floor(value / 0x80))]
}

function text(value: string): number[] {
  return [...new TextEncoder().encode(value)]
}
