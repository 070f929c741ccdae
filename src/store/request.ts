import type { FieldSelector } from '../api/field-selector.ts'
import type { PartName } from '../api/kind-definition.ts'
import type { Kind, ObjectOf } from '../api/kinds.ts'
import type { LabelSelector } from '../api/selector.ts'

/** What callers may ask of the store. The shapes are those of the client contract, which lies above it. */
export interface ObjectName {
  /** Absent: `default`; meaningless for cluster-scoped kinds. */
  readonly namespace?: string
  readonly name: string
}

export interface Selection {
  /** Absent: all namespaces. */
  readonly namespace?: string
  readonly labelSelector?: LabelSelector
  readonly fieldSelector?: FieldSelector
}

export interface WatchSelection extends Selection {
  /** Events after this point. Empty or `0`: first the objects that are there, as ADDED, then what follows. */
  readonly resourceVersion: string
}

/** Who writes, for metadata.managedFields. */
export interface ManagerName {
  readonly name: string
  /** The version in which the object was sent. */
  readonly apiVersion: string
}

export interface CreationOptions {
  /** Everything is checked and filled in, and nothing stored. */
  readonly dryRun?: boolean
  /** Absent: who owns which field is not tracked, and stays as it is. */
  readonly manager?: ManagerName
}

export interface WriteOptions extends CreationOptions {
  /** `scale` is written like the object itself; `finalize`: the finalizers in the spec of a Namespace. */
  readonly subresource?: 'status' | 'scale' | 'finalize' | PartName
}

/** Of a server-side apply. */
export interface ApplyOptions extends WriteOptions {
  readonly manager: ManagerName
  /** Takes fields over that others own. */
  readonly force: boolean
}

export interface DeletionOptions {
  readonly dryRun?: boolean
  readonly gracePeriodSeconds?: number
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan'
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string }
}

export type StoreEvent<K extends Kind> =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: ObjectOf<K> }
  /** What the watch asks for is no longer in the history. Nothing follows. */
  | { readonly type: 'EXPIRED' }
