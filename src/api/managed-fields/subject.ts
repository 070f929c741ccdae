import { isFields } from '../../base/fields.ts'
import type { ApiObject } from '../meta.ts'
import { definitionOfKind } from '../schema.ts'
import type { compareObjects, Changes } from './changes.ts'
import { recursiveDifference, type FieldSet } from './field-set.ts'
import { shapeOfKind } from './shape.ts'

/** An object in another version of its kind; undefined when there is no such version. */
export type ConvertVersion = (object: ApiObject, apiVersion: string) => ApiObject | undefined

/** What a request is about, and how it is looked at. */
export interface Subject {
  readonly kind: string
  /** The version that the request speaks. */
  readonly apiVersion: string
  readonly reset: FieldSet
  readonly convert: ConvertVersion
}

/** For kinds whose versions differ in nothing but their name, which are nearly all. */
export const renameVersion: ConvertVersion = (object, apiVersion) => {
  if (definitionOfKind(object.apiVersion, object.kind) === undefined) return undefined
  if (definitionOfKind(apiVersion, object.kind) === undefined) return undefined
  return { ...object, apiVersion }
}

/** What a request changes, by version of the API; undefined for one that is gone. */
export type ChangesIn = (apiVersion: string) => Changes | undefined

export function changesBetween(
  subject: Subject,
  live: ApiObject,
  next: ApiObject,
  compare: typeof compareObjects,
): ChangesIn {
  const known = new Map<string, Changes | undefined>()
  return (apiVersion) => {
    if (!known.has(apiVersion)) known.set(apiVersion, changesIn(apiVersion))
    return known.get(apiVersion)
  }

  function changesIn(apiVersion: string): Changes | undefined {
    const before = inVersion(subject, live, apiVersion)
    const after = inVersion(subject, next, apiVersion)
    if (before === undefined || after === undefined) return undefined
    const shape = shapeOfKind(apiVersion, subject.kind)
    const { removed, modified, added } = compare(shape, before, after)
    return {
      removed: recursiveDifference(removed, subject.reset),
      modified: recursiveDifference(modified, subject.reset),
      added: recursiveDifference(added, subject.reset),
    }
  }
}

/** Undefined when there is no such version of it. */
export function inVersion(
  { convert }: Subject,
  object: ApiObject,
  apiVersion: string,
): ApiObject | undefined {
  return apiVersion === object.apiVersion ? object : convert(object, apiVersion)
}

/** What a merge makes of an object is one too. */
export function asObject(value: unknown, otherwise: ApiObject): ApiObject {
  return isApiObject(value) ? value : otherwise
}

function isApiObject(value: unknown): value is ApiObject {
  return isFields(value) && 'apiVersion' in value && 'kind' in value
}

/** Nothing but a kind: what is there before an object is created. */
export function nothingOf({ apiVersion, kind }: Pick<Subject, 'apiVersion' | 'kind'>): ApiObject {
  return { apiVersion, kind, metadata: { name: '' } }
}

/** The object without its managedFields, which nobody owns. */
export function unmanaged(object: ApiObject): ApiObject {
  if (!isFields(object.metadata) || !('managedFields' in object.metadata)) return object
  const { managedFields: _managedFields, ...metadata } = object.metadata
  return { ...object, metadata }
}
