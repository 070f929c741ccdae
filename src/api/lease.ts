import type { ApiObject } from './meta.ts'

/** The namespace in which each node's kubelet keeps a Lease of the node's name alive. */
export const NODE_LEASE_NAMESPACE = 'kube-node-lease'

/** https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/lease-v1/ */
export interface Lease extends ApiObject {
  readonly apiVersion: 'coordination.k8s.io/v1'
  readonly kind: 'Lease'
  readonly spec?: {
    readonly holderIdentity?: string
    readonly leaseDurationSeconds?: number
    /** RFC 3339 with microseconds. */
    readonly acquireTime?: string
    readonly renewTime?: string
    readonly leaseTransitions?: number
  }
}
