import type { Kind } from '../api/kinds.ts'
import type { Stored } from './stored.ts'

/** How the API server treats the objects of one kind (the "strategy" of its registry). */
export interface KindRules {
  /** Status is written through its subresource only. */
  readonly hasStatus: boolean
  /** The status of a new object, whatever its creator said. Absent: what its creator said. */
  readonly newStatus?: object
  /** metadata.generation starts at 1 and is raised when this holds. Absent: the kind has none. */
  readonly raisesGeneration?: (next: Stored, previous: Stored) => boolean
  /** Labels that come with a status update are ignored too. */
  readonly statusKeepsLabels?: boolean
}

/** Unchanged parts are the very same objects (see freezeSharing), so comparing them is exact. */
export const KIND_RULES: { readonly [K in Kind]: KindRules } = {
  Namespace: { hasStatus: true, newStatus: { phase: 'Active' } },
  // A kubelet registers its Node with the status.
  Node: { hasStatus: true },
  Pod: {
    hasStatus: true,
    newStatus: { phase: 'Pending' },
    raisesGeneration: (next, previous) => next.spec !== previous.spec && !isBinding(next, previous),
  },
  Service: { hasStatus: true, newStatus: { loadBalancer: {} } },
  EndpointSlice: { hasStatus: false, raisesGeneration: () => true },
  ConfigMap: { hasStatus: false },
  Event: { hasStatus: false },
  Deployment: {
    hasStatus: true,
    newStatus: {},
    statusKeepsLabels: true,
    // Annotations too: deploymentStrategy.PrepareForUpdate.
    raisesGeneration: (next, previous) =>
      next.spec !== previous.spec || next.metadata.annotations !== previous.metadata.annotations,
  },
  ReplicaSet: {
    hasStatus: true,
    newStatus: { replicas: 0 },
    raisesGeneration: (next, previous) => next.spec !== previous.spec,
  },
}

/** Kubernetes assigns a Pod to its Node by a subresource of its own, which raises no generation. */
function isBinding(next: Stored, previous: Stored): boolean {
  return nodeNameOf(previous) === undefined && nodeNameOf(next) !== undefined
}

function nodeNameOf({ spec }: Stored): unknown {
  return spec !== undefined && 'nodeName' in spec ? spec.nodeName : undefined
}
