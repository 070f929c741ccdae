/**
 * The protobuf form of Kubernetes' objects: numbers and types of fields, and what JSON makes of them.
 * Recorded by `scripts/record-protobuf.ts`; never edited by hand.
 */
import { invariant } from '../../base/invariant.ts'
import recorded from '../generated/protobuf.json' with { type: 'json' }

/**
 * What Go's JSON has of a field that is absent or zero. `pointer`: nothing when absent, also a zero when
 * it is there. `omitempty`: nothing, except that a struct is never empty. `omitzero`: nothing. `always`:
 * the zero of its type, null for a list. `inline`: its fields are those of the message around it.
 */
export type FieldPresence = 'pointer' | 'omitempty' | 'omitzero' | 'always' | 'inline'

export interface MessageField {
  readonly number: number
  /** `string`, `bytes`, `bool`, `int32`, `int64`, or the name of a message. */
  readonly type: string
  /** A map has text for keys. */
  readonly label?: 'list' | 'map'
  readonly presence: FieldPresence
}

export interface ProtobufDocument {
  /** The version of Kubernetes that it was recorded from: `v1.34.4`. */
  readonly kubernetes: string
  /** `apps/v1/Deployment` → the name of its message. */
  readonly kinds: Readonly<Record<string, string>>
  /** Fields by their names in JSON. */
  readonly messages: Readonly<Record<string, Readonly<Record<string, MessageField>>>>
}

export interface Field extends MessageField {
  readonly name: string
}

export interface Message {
  readonly name: string
  readonly fields: readonly Field[]
  readonly byNumber: ReadonlyMap<number, Field>
}

const DOCUMENT = checked(recorded)

const MESSAGES: ReadonlyMap<string, Message> = new Map(
  Object.entries(DOCUMENT.messages).map(([name, members]) => {
    const fields = Object.entries(members).map(([field, rest]) => ({ name: field, ...rest }))
    return [name, { name, fields, byNumber: new Map(fields.map((each) => [each.number, each])) }]
  }),
)

/** The message of a kind; DeleteOptions are of every group. */
export function messageOfKind(apiVersion: string, kind: string): Message | undefined {
  const found = kind === 'DeleteOptions' ? 'meta.k8s.io/v1' : apiVersion
  const path = `${found}/${kind}`
  const name = Object.hasOwn(DOCUMENT.kinds, path) ? DOCUMENT.kinds[path] : undefined
  return name === undefined ? undefined : MESSAGES.get(name)
}

/** The message that a type names, unless it is a scalar or written in JSON in a way of its own. */
export function messageNamed(type: string): Message | undefined {
  return MESSAGES.get(type)
}

/** `apps/v1/Deployment`, … */
export function protobufKinds(): readonly string[] {
  return Object.keys(DOCUMENT.kinds)
}

/** The recording script writes by these types; what it wrote is not looked at field by field again. */
function checked(document: unknown): ProtobufDocument {
  invariant(isDocument(document), 'generated/protobuf.json is no protobuf schema')
  return document
}

function isDocument(value: unknown): value is ProtobufDocument {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['kubernetes', 'kinds', 'messages'].every((part) => Object.hasOwn(value, part))
  )
}
