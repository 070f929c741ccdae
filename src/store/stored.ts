import type { ApiObject, StoredMeta } from '../api/meta.ts'

/** Any object as the store holds it, seen by the rules that are the same for all kinds. */
export interface Stored extends ApiObject {
  readonly metadata: StoredMeta
  readonly spec?: object
  readonly status?: object
}

/** An object on its way in: the server's own fields are not filled in yet. */
export interface Incoming extends ApiObject {
  readonly spec?: object
  readonly status?: object
}
