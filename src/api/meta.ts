/**
 * What all Kubernetes objects share. Field names and meanings are Kubernetes' own
 * (https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/).
 * Objects are readonly data everywhere: a change is a new object.
 */
export interface ObjectMeta {
  readonly name: string
  readonly generateName?: string
  /** Absent on cluster-scoped objects. */
  readonly namespace?: string
  readonly uid?: string
  readonly resourceVersion?: string
  /** Raised by each change of `spec`. */
  readonly generation?: number
  /** RFC 3339, whole seconds. */
  readonly creationTimestamp?: string
  readonly deletionTimestamp?: string
  readonly deletionGracePeriodSeconds?: number
  readonly labels?: Labels
  readonly annotations?: Readonly<Record<string, string>>
  readonly ownerReferences?: readonly OwnerReference[]
  readonly finalizers?: readonly string[]
  readonly managedFields?: readonly ManagedFieldsEntry[]
}

/**
 * Who has which fields of an object. An object comes from anywhere, so that any part may be missing.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 */
export interface ManagedFieldsEntry {
  readonly manager?: string
  readonly operation?: 'Apply' | 'Update'
  readonly apiVersion?: string
  /** RFC 3339, whole seconds. */
  readonly time?: string
  readonly fieldsType?: string
  /** `f:spec`, `k:{"name":"app"}`, …: a tree of names. */
  readonly fieldsV1?: object
  readonly subresource?: string
}

export type Labels = Readonly<Record<string, string>>

export interface OwnerReference {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly uid: string
  readonly controller?: boolean
  readonly blockOwnerDeletion?: boolean
}

/** An object as the store holds it: the server has filled in everything that is its own to fill. */
export interface StoredMeta extends ObjectMeta {
  readonly uid: string
  readonly resourceVersion: string
  readonly creationTimestamp: string
}

export interface ApiObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: ObjectMeta
}

/** A condition of a Deployment, ReplicaSet, Pod or Node. */
export interface Condition {
  readonly type: string
  readonly status: 'True' | 'False' | 'Unknown'
  readonly reason?: string
  readonly message?: string
  readonly lastTransitionTime?: string
  /** Deployments only. */
  readonly lastUpdateTime?: string
  /** Pods only. */
  readonly observedGeneration?: number
}

/** An absolute number, or a percentage such as `25%`. */
export type IntOrString = number | string

/** The controller that owns `object`, if any (at most one reference has `controller: true`). */
export function controllerOf(object: ApiObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((reference) => reference.controller === true)
}

/** `namespace/name`, or the bare name of a cluster-scoped object: the key of caches and work queues. */
export function keyOf({ metadata }: { readonly metadata: ObjectMeta }): string {
  return metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`
}
