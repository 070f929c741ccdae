/**
 * The shape of Kubernetes' objects as a running API server publishes it: names and types of fields,
 * enums, and how lists merge. Recorded by `scripts/record-openapi.ts`; never edited by hand.
 * https://kubernetes.io/docs/concepts/overview/kubernetes-api/#openapi-v3
 */
import { invariant } from '../base/invariant.ts'
import recorded from './generated/schema.json' with { type: 'json' }

export type FieldSchema =
  | {
      /** `quantity` is a string or number such as `100m`; `any` is not looked into. */
      readonly type:
        'string' | 'integer' | 'number' | 'boolean' | 'int-or-string' | 'quantity' | 'any'
      /** `int32`, `int64`, `date-time`, `byte`, `double`. */
      readonly format?: string
      readonly enum?: readonly string[]
    }
  | { readonly ref: string; readonly patchStrategy?: string; readonly atomic?: true }
  | { readonly map: FieldSchema; readonly atomic?: true }
  | {
      readonly array: FieldSchema
      readonly listType?: string
      readonly listMapKeys?: readonly string[]
      readonly patchMergeKey?: string
      readonly patchStrategy?: string
    }

export interface Definition {
  readonly fields: Readonly<Record<string, FieldSchema>>
  readonly required?: readonly string[]
  /** Merged as one value by server-side apply. */
  readonly atomic?: true
}

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
  return own(DOCUMENT.kinds, `${apiVersion}/${kind}`)
}

/** The definition that a `ref` names. */
export function definitionNamed(name: string): Definition | undefined {
  return own(DOCUMENT.definitions, name)
}

/** All kinds of the schema, as `apps/v1/Deployment`, sorted. */
export function schemaKinds(): readonly string[] {
  return Object.keys(DOCUMENT.kinds)
}

/** A field of a definition; names that every JavaScript object inherits are no fields. */
export function fieldOf(definition: Definition, name: string): FieldSchema | undefined {
  return own(definition.fields, name)
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

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}
