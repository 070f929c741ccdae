import { ApiError } from './api-error.ts'
import { decodeMessage } from './protobuf/message-decoder.ts'
import { messageOfKind } from './protobuf/messages.ts'
import { LENGTH_DELIMITED, WireFault, WireReader } from './protobuf/wire.ts'

/** `k8s` and a zero: what follows is a runtime.Unknown (apimachinery, serializer/protobuf). */
const PREFIX = [0x6b, 0x38, 0x73, 0x00]

export interface ExpectedKind {
  readonly apiVersion: string
  readonly kind: string
}

/**
 * A body of the type `application/vnd.kubernetes.protobuf` as the JSON of the same object, as Kubernetes writes
 * it, except that what would be null is left out. Throws ApiError BadRequest with Kubernetes' words. `expected` is
 * what stands for a kind or version that the body does not name, and what errors speak of.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding
 */
export function decodeProtobuf(bytes: Uint8Array, expected?: ExpectedKind): object {
  const envelope = orRefuse(
    () => readEnvelope(bytes),
    (why) => unrecognized(bytes, why, expected),
  )
  const kind = envelope.kind === '' ? (expected?.kind ?? '') : envelope.kind
  const given = envelope.apiVersion
  const apiVersion = given === '' ? (expected?.apiVersion ?? '') : given
  return orRefuse(
    () => ({ kind, apiVersion, ...decodeKind(apiVersion, kind, envelope.raw) }),
    (why) => {
      if (kind === '') return unrecognized(bytes, why, expected)
      const version = apiVersion.slice(apiVersion.indexOf('/') + 1)
      const subject = `${kind} in version ${JSON.stringify(version)}`
      return `${subject} cannot be handled as a ${expected?.kind ?? kind}: ${why}`
    },
  )
}

function decodeKind(apiVersion: string, kind: string, raw: Uint8Array): object {
  const typeMeta = `runtime.TypeMeta{APIVersion:"${apiVersion}", Kind:"${kind}"}`
  if (kind === '') throw new WireFault(`Object 'Kind' is missing in '${typeMeta}'`)
  if (apiVersion === '') throw new WireFault(`Object 'apiVersion' is missing in '${typeMeta}'`)
  const message = messageOfKind(apiVersion, kind)
  if (message !== undefined) return decodeMessage(message, [raw])
  const version = JSON.stringify(apiVersion)
  throw new WireFault(
    `no kind ${JSON.stringify(kind)} is registered for version ${version} in scheme "pkg/runtime/scheme.go:110"`,
  )
}

/** What runtime.Unknown holds, apart from the encoding and the type of its content, which are not looked at. */
interface Envelope extends ExpectedKind {
  readonly raw: Uint8Array
}

function readEnvelope(bytes: Uint8Array): Envelope {
  if (bytes.length === 0) throw new WireFault('empty data')
  if (PREFIX.some((byte, index) => bytes[index] !== byte)) {
    const expected = `expected prefix [${PREFIX.join(' ')}]`
    throw new WireFault(`provided data does not appear to be a protobuf message, ${expected}`)
  }
  if (bytes.length === PREFIX.length) throw new WireFault('empty body')
  const fields = readBytesFields(bytes.subarray(PREFIX.length), 'Unknown')
  const typeMeta = readBytesFields(fields.get(1) ?? NOTHING, 'TypeMeta')
  return {
    apiVersion: textOf(typeMeta.get(1)),
    kind: textOf(typeMeta.get(2)),
    raw: fields.get(2) ?? NOTHING,
  }
}

const NOTHING = new Uint8Array()

/** A message all of whose fields are texts, bytes or messages. */
function readBytesFields(bytes: Uint8Array, message: string): ReadonlyMap<number, Uint8Array> {
  const reader = new WireReader(bytes)
  const fields = new Map<number, Uint8Array>()
  while (!reader.isAtEnd) {
    const tag = reader.tag(message)
    if (tag.wireType === LENGTH_DELIMITED) fields.set(tag.number, reader.bytes())
    else if (tag.number > 4) reader.skip(tag)
    else throw new WireFault(`proto: wrong wireType = ${tag.wireType} for field ${tag.number}`)
  }
  return fields
}

function textOf(bytes: Uint8Array = NOTHING): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}

/** As many bytes of a body as Kubernetes shows of one that it cannot read. */
const EXCERPT_BYTES = 30

function unrecognized(bytes: Uint8Array, why: string, expected: ExpectedKind | undefined): string {
  const type = expected === undefined ? '' : ` (must be of type ${expected.kind})`
  return `the object provided is unrecognized${type}: ${why} (${excerpt(bytes)})`
}

function excerpt(bytes: Uint8Array): string {
  if (bytes.length === 0) return '<empty>'
  if (bytes[0] === '{'.charCodeAt(0)) {
    const text = textOf(bytes.subarray(0, EXCERPT_BYTES))
    return bytes.length > EXCERPT_BYTES ? `${text} ...` : text
  }
  const digits = Array.from(bytes.subarray(0, EXCERPT_BYTES), (byte) =>
    byte.toString(16).padStart(2, '0'),
  )
  return bytes.length > EXCERPT_BYTES ? `${digits.join('')} ...` : digits.join('')
}

function orRefuse<T>(decode: () => T, describe: (why: string) => string): T {
  try {
    return decode()
  } catch (fault) {
    if (fault instanceof WireFault) throw new ApiError('BadRequest', describe(fault.message))
    throw fault
  }
}
