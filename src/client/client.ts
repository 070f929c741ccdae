import type { Kind, ObjectOf } from '../api/kinds.ts'
import type { LabelSelector } from '../api/selector.ts'

export interface ObjectName {
  /** Absent for cluster-scoped kinds. */
  readonly namespace?: string
  readonly name: string
}

export interface ListOptions {
  /** Absent: all namespaces. */
  readonly namespace?: string
  readonly labelSelector?: LabelSelector
}

export interface ObjectList<K extends Kind> {
  readonly items: readonly ObjectOf<K>[]
  /** The point in the store's history that `items` shows: a watch from here misses nothing. */
  readonly resourceVersion: string
}

export type WatchEvent<K extends Kind> =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: ObjectOf<K> }
  /** The history before the wanted resourceVersion is gone (410): list again. Nothing follows. */
  | { readonly type: 'EXPIRED' }
  /** The stream ended (the server went away): list again. Nothing follows. */
  | { readonly type: 'CLOSED' }

export interface Watch {
  stop(): void
}

export interface DeleteOptions {
  /** Default: what the object itself says (a Pod's terminationGracePeriodSeconds). */
  readonly gracePeriodSeconds?: number
  /** Default Background. */
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan'
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string }
}

export interface WriteOptions {
  /** `finalize`: the finalizers in the spec of a Namespace. */
  readonly subresource?: 'status' | 'finalize'
}

/** https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-request-v1/ */
export interface TokenRequestSpec {
  /** Absent: the API server itself. */
  readonly audiences?: readonly string[]
  readonly expirationSeconds?: number
  /** The token is good for as long as this object is there. */
  readonly boundObjectRef?: {
    readonly apiVersion: string
    readonly kind: string
    readonly name: string
    readonly uid: string
  }
}

export interface IssuedToken {
  readonly token: string
  /** RFC 3339. */
  readonly expirationTimestamp: string
  readonly expirationSeconds: number
}

/**
 * All that a component sees of the cluster: the Kubernetes API
 * (https://kubernetes.io/docs/reference/using-api/api-concepts/). Whether the store is in this
 * thread, behind HTTP or a real cluster is not to be known here. Every call rejects with ApiError.
 */
export interface Client {
  get<K extends Kind>(kind: K, name: ObjectName): Promise<ObjectOf<K>>
  list<K extends Kind>(kind: K, options?: ListOptions): Promise<ObjectList<K>>
  /** Events after `resourceVersion`, in order, until `stop`. */
  watch<K extends Kind>(
    kind: K,
    options: ListOptions & { readonly resourceVersion: string },
    onEvent: (event: WatchEvent<K>) => void,
  ): Watch
  create<K extends Kind>(kind: K, object: ObjectOf<K>): Promise<ObjectOf<K>>
  /** Conflict when the object changed since `object.metadata.resourceVersion`. */
  update<K extends Kind>(kind: K, object: ObjectOf<K>, options?: WriteOptions): Promise<ObjectOf<K>>
  /** A JSON merge patch (RFC 7386), applied to the newest version. */
  patch<K extends Kind>(
    kind: K,
    name: ObjectName,
    patch: Readonly<Record<string, unknown>>,
    options?: WriteOptions,
  ): Promise<ObjectOf<K>>
  /**
   * Server-side apply (https://kubernetes.io/docs/reference/using-api/server-side-apply/): makes the object, or makes
   * its fields `manager`'s, whoever had them before; fields that it applied before and are missing now go away.
   */
  apply<K extends Kind>(kind: K, object: ObjectOf<K>, manager: string): Promise<ObjectOf<K>>
  delete(kind: Kind, name: ObjectName, options?: DeleteOptions): Promise<void>
  /** All that a list would show, each as `delete` would. */
  deleteCollection(
    kind: Kind,
    options: ListOptions,
    deletion?: Pick<DeleteOptions, 'propagationPolicy'>,
  ): Promise<void>
  /**
   * `pods/binding`: assigns a pod to a node, once, and says so in its conditions, `nowMs` being the time of that where
   * the server has no clock of its own. Conflict when it is assigned already or is being deleted.
   */
  bind?(pod: ObjectName, nodeName: string, nowMs: number): Promise<void>
  /** `serviceaccounts/token`: a token of the account. Absent where no server makes them. */
  requestToken?(account: ObjectName, spec: TokenRequestSpec): Promise<IssuedToken>
}
