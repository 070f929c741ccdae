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
}

export interface WatchSelection extends Selection {
  /** Events after this point. Empty or `0`: first the objects that are there, as ADDED, then what follows. */
  readonly resourceVersion: string
}

export interface WriteOptions {
  readonly subresource?: 'status'
}

export interface DeletionOptions {
  readonly gracePeriodSeconds?: number
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan'
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string }
}

export type StoreEvent<K extends Kind> =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: ObjectOf<K> }
  /** What the watch asks for is no longer in the history. Nothing follows. */
  | { readonly type: 'EXPIRED' }
