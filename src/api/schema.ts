/**
 * The shape of Kubernetes' objects as a running API server publishes it: names and types of fields,
 * enums, and how lists merge. Recorded by `scripts/record-openapi.ts`; never edited by hand.
 * https://kubernetes.io/docs/concepts/overview/kubernetes-api/#openapi-v3
 */
import { memberOf } from '../base/fields.ts'
import { invariant } from '../base/invariant.ts'
import recorded from './generated/schema.json' with { type: 'json' }
import type { Definition, FieldSchema } from './field-schema.ts'
import { OLD_DEFINITIONS, OLD_KINDS } from './old-schema.ts'

export type { Definition, FieldSchema } from './field-schema.ts'

export interface SchemaDocument {
  /** The version of the server that it was recorded from: `v1.34.4`. */
  readonly kubernetes: string
  /** `apps/v1/Deployment` → the name of its definition. */
  readonly kinds: Readonly<Record<string, string>>
  readonly definitions: Readonly<Record<string, Definition>>
}

const DOCUMENT = checked(recorded)

/** The Kubernetes version that the schema was recorded from. */
export const SCHEMA_VERSION: string = DOCUMENT.kubernetes

/** The definition of a kind, or undefined where Kubernetes itself has none (a custom resource, a typing error). */
export function definitionOfKind(apiVersion: string, kind: string): Definition | undefined {
  const name = definitionNameOf(apiVersion, kind)
  return name === undefined ? undefined : definitionNamed(name)
}

/** The name of a kind's definition: `apps.v1.Deployment`. */
export function definitionNameOf(apiVersion: string, kind: string): string | undefined {
  const key = `${apiVersion}/${kind}`
  return memberOf(DOCUMENT.kinds, key) ?? memberOf(OLD_KINDS, key)
}

/** The definition that a `ref` names. */
export function definitionNamed(name: string): Definition | undefined {
  return memberOf(DOCUMENT.definitions, name) ?? memberOf(OLD_DEFINITIONS, name)
}

/** All kinds that Kubernetes has, as `apps/v1/Deployment`, sorted. */
export function schemaKinds(): readonly string[] {
  return CURRENT_KINDS
}

/** Whether Kubernetes has the kind in this version; it may have had it in another one. */
export function isCurrentKind(apiVersion: string, kind: string): boolean {
  return CURRENT_KINDS.includes(`${apiVersion}/${kind}`)
}

/** A Scale is no object of its own: it is only ever a part of one. */
const CURRENT_KINDS = Object.keys(DOCUMENT.kinds).filter((kind) => kind !== 'autoscaling/v1/Scale')

/** A field of a definition; names that every JavaScript object inherits are no fields. */
export function fieldOf(definition: Definition, name: string): FieldSchema | undefined {
  return memberOf(definition.fields, name)
}

/** The recording script writes by these types; what it wrote is not looked at field by field again. */
function checked(document: unknown): SchemaDocument {
  invariant(isSchemaDocument(document), 'generated/schema.json is no schema')
  return document
}

function isSchemaDocument(value: unknown): value is SchemaDocument {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['kubernetes', 'kinds', 'definitions'].every((part) => Object.hasOwn(value, part))
  )
}
