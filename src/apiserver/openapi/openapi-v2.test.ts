import { expect, test } from 'vitest'
import { SCHEMA_VERSION } from '../../api/schema.ts'
import { answerOpenApiV2 } from './openapi-v2.ts'

test('the document in JSON names no types', () => {
  const { contentType, body } = answerOpenApiV2('application/json')
  expect(contentType).toBe('application/json')
  expect(JSON.parse(body)).toMatchObject({ swagger: '2.0', paths: {}, definitions: {} })
})

test.each([
  'application/com.github.proto-openapi.spec.v2@v1.0+protobuf',
  'application/com.github.proto-openapi.spec.v2.v1.0+protobuf',
])('the document in protobuf, asked for as %s', (accept) => {
  const { contentType, body } = answerOpenApiV2(`${accept}, application/json`)
  expect(contentType).toBe('application/com.github.proto-openapi.spec.v2.v1.0+protobuf')
  const info = `\n\nKubernetes\u0012\u0007${SCHEMA_VERSION}`
  expect(body).toBe(`\n\u00032.0\u0012${String.fromCharCode(info.length)}${info}`)
})
