import type { Kind, ObjectOf } from '../api/kinds.ts'
import type { ApiObject, ObjectMeta, StoredMeta } from '../api/meta.ts'

/** An object on its way in: the server's own fields are not filled in yet. */
export interface Incoming extends ApiObject {
  readonly spec?: object
  readonly status?: object
}

/** Any object as the store holds it, seen by the rules that are the same for all kinds. */
export interface Stored extends Incoming {
  readonly metadata: StoredMeta
}

// The store keeps all kinds alike, and each in its own table: what comes out of the table of a kind is of
// that kind, since nothing else is ever put there. The type system cannot follow that; these casts say it.

export function asKind<K extends Kind>(object: Incoming): ObjectOf<K> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return object as unknown as ObjectOf<K>
}

export function asKinds<K extends Kind>(objects: readonly Stored[]): readonly ObjectOf<K>[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return objects as unknown as readonly ObjectOf<K>[]
}

/** For a value that is JSON with the shape of an object, or will be refused as not being one. */
export function asIncoming(value: unknown): Incoming {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return value as Incoming
}

/** Undefined members vanish when the object is frozen, so they are as good as absent. */
export function asMetadata<M extends ObjectMeta>(metadata: {
  [F in keyof M]: M[F] | undefined
}): M {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return metadata as M
}

/** Whether something that was read from a disk can be an object of the store. */
export function isStored(object: Incoming): object is Stored {
  const { metadata }: { readonly metadata?: Partial<ObjectMeta> } = object
  const { name, uid, resourceVersion, creationTimestamp } = metadata ?? {}
  return [object.apiVersion, object.kind, name, uid, resourceVersion, creationTimestamp].every(
    (field) => typeof field === 'string',
  )
}

/** For an object with the server's own fields in its metadata; the version alone is missing to a new one of a dry run. */
export function asStored(object: Incoming): Stored {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return object as Stored
}
