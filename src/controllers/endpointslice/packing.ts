import type { Endpoint, EndpointSlice } from '../../api/service.ts'

/** The default of kube-controller-manager's --max-endpoints-per-slice. */
export const ENDPOINTS_PER_SLICE_MAX = 100

/** The endpoints that a slice is to have; without a slice, a new one is needed for them. */
export interface PackedSlice {
  readonly slice: EndpointSlice | undefined
  readonly endpoints: readonly Endpoint[]
}

/**
 * Distributes endpoints over slices with as few writes as possible (endpointslice/reconciler.go): what is in a slice stays
 * there; new ones fill slices that change anyway, then one unchanged slice that has room for all that are
 * left, then new slices. Slices are never merged, and empty ones are left out of the answer.
 */
export function packEndpoints(
  slices: readonly EndpointSlice[],
  wanted: ReadonlyMap<string, Endpoint>,
): readonly PackedSlice[] {
  const unplaced = new Map(wanted)
  const drafts = slices.map((slice) => keepWanted(slice, unplaced))
  const left = [...unplaced.values()]
  for (const draft of drafts) {
    if (draft.isChanged && draft.endpoints.length > 0) fill(draft, left)
  }
  if (left.length > 0) {
    const roomy = drafts
      .filter(({ endpoints }) => endpoints.length + left.length <= ENDPOINTS_PER_SLICE_MAX)
      .filter(({ endpoints }) => endpoints.length > 0)
      .toSorted((a, b) => b.endpoints.length - a.endpoints.length)[0]
    if (roomy !== undefined) fill(roomy, left)
  }
  const packed: PackedSlice[] = drafts.filter(({ endpoints }) => endpoints.length > 0)
  while (left.length > 0) {
    packed.push({ slice: undefined, endpoints: left.splice(0, ENDPOINTS_PER_SLICE_MAX) })
  }
  return packed
}

/** Two entries for one pod are one endpoint: what identifies it is the pod, not its conditions. */
export function endpointKey(endpoint: Endpoint): string {
  let key = KEYS.get(endpoint)
  if (key === undefined) {
    const { targetRef, addresses } = endpoint
    key = `${targetRef?.uid ?? ''} ${addresses[0] ?? ''}`
    KEYS.set(endpoint, key)
  }
  return key
}

/** Endpoints never change, and those of a slice are asked for their keys at each change of one of them. */
const KEYS = new WeakMap<Endpoint, string>()

interface Draft {
  readonly slice: EndpointSlice
  readonly endpoints: Endpoint[]
  isChanged: boolean
}

/** The slice with the wanted ones among its endpoints, in their places; takes them out of `unplaced`. */
function keepWanted(slice: EndpointSlice, unplaced: Map<string, Endpoint>): Draft {
  const endpoints: Endpoint[] = []
  let isChanged = false
  for (const endpoint of slice.endpoints ?? []) {
    const key = endpointKey(endpoint)
    const next = unplaced.get(key)
    unplaced.delete(key)
    if (next !== undefined && isSameState(next, endpoint)) {
      // The very object: what is shared is quickly compared.
      endpoints.push(endpoint)
      continue
    }
    isChanged = true
    if (next !== undefined) endpoints.push(next)
  }
  return { slice, endpoints, isChanged }
}

function isSameState(left: Endpoint, right: Endpoint): boolean {
  if (left === right) return true
  const [a, b] = [left.conditions ?? {}, right.conditions ?? {}]
  return (
    a.ready === b.ready &&
    a.serving === b.serving &&
    a.terminating === b.terminating &&
    left.nodeName === right.nodeName &&
    left.hostname === right.hostname
  )
}

function fill(draft: Draft, left: Endpoint[]): void {
  const added = left.splice(0, ENDPOINTS_PER_SLICE_MAX - draft.endpoints.length)
  draft.endpoints.push(...added)
  draft.isChanged ||= added.length > 0
}
