import { SCHEMA_VERSION } from '../../api/schema.ts'
import type { Answer } from '../answer.ts'

/**
 * `/openapi/v2`, the forerunner of `/openapi/v3`, without a single type in it: those are in v3. kubectl asks here for
 * what v3 does not know, as a kind that is not served or a `List`, gives up when there is no document, and
 * leaves the check to the server when the document does not know the type either.
 * https://swagger.io/specification/v2/
 */
export function answerOpenApiV2(accept: string | undefined): Answer {
  return PROTOBUF_NAMES.some((name) => accept?.includes(name))
    ? { status: 200, contentType: PROTOBUF_TYPE, body: protobufDocument() }
    : { status: 200, contentType: 'application/json', body: `${JSON.stringify(jsonDocument())}\n` }
}

const TITLE = 'Kubernetes'
const PROTOBUF_TYPE = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf'
/** kubectl asks for the second, and cannot read it in an answer: RFC 6838 has no `@` in a name. */
const PROTOBUF_NAMES: readonly string[] = [
  PROTOBUF_TYPE,
  'application/com.github.proto-openapi.spec.v2@v1.0+protobuf',
]

function jsonDocument(): object {
  return {
    swagger: '2.0',
    info: { title: TITLE, version: SCHEMA_VERSION },
    paths: {},
    definitions: {},
  }
}

/** The same, its fields by their numbers in gnostic's OpenAPIv2.proto. All bytes are ASCII, so text will do. */
function protobufDocument(): string {
  const info = textField(1, TITLE) + textField(2, SCHEMA_VERSION)
  return textField(1, '2.0') + textField(2, info)
}

/** Wire type 2, for texts shorter than 128 bytes (https://protobuf.dev/programming-guides/encoding/). */
function textField(number: number, text: string): string {
  return String.fromCharCode((number << 3) | 2, text.length) + text
}
