import type { Labels } from '../../api/meta.ts'
import {
  SERVICE_NAME_LABEL,
  type EndpointPort,
  type EndpointSlice,
  type Endpoints,
  type Service,
} from '../../api/service.ts'
import { isSame } from '../canonical-json.ts'
import { controllerReference } from '../ownership.ts'
import { ENDPOINTS_PER_SUBSET_MAX, repackSubsets, type MirroredSet } from './repacking.ts'

export const MANAGED_BY_LABEL = 'endpointslice.kubernetes.io/managed-by'
export const MANAGED_BY = 'endpointslicemirroring-controller.k8s.io'
const SKIP_LABEL = 'endpointslice.kubernetes.io/skip-mirror'
/** Endpoints that are no endpoints but the lock of a leader. */
const LEADER_ANNOTATION = 'control-plane.alpha.kubernetes.io/leader'
/** What is said of the Endpoints themselves. */
const OWN_ANNOTATIONS: readonly string[] = [
  'endpoints.kubernetes.io/last-change-trigger-time',
  'kubectl.kubernetes.io/last-applied-configuration',
]

/** All that a pass looks at, gathered once. */
export interface MirrorView {
  readonly endpoints: Endpoints
  /** Of the same name. */
  readonly service: Service | undefined
  /** Those of these Endpoints that this controller keeps. */
  readonly slices: readonly EndpointSlice[]
}

export type MirrorAction =
  | { readonly type: 'create-slice'; readonly slice: EndpointSlice }
  | { readonly type: 'update-slice'; readonly slice: EndpointSlice }
  | { readonly type: 'delete-slice'; readonly slice: EndpointSlice }
  | { readonly type: 'event'; readonly reason: string; readonly message: string }

/**
 * Endpoints that somebody made by hand for a Service without a selector, as slices: one for each set of ports and
 * address family. https://kubernetes.io/docs/concepts/services-networking/service/#endpointslice-mirroring
 */
export function mirrorEndpoints(view: MirrorView): readonly MirrorAction[] {
  const { endpoints, slices } = view
  if (!isMirrored(view)) return slices.map((slice) => ({ type: 'delete-slice', slice }))
  const { sets, skipped } = repackSubsets(endpoints)
  const actions: MirrorAction[] = []
  if (skipped > 0) {
    const message = `A max of ${ENDPOINTS_PER_SUBSET_MAX} addresses can be mirrored to EndpointSlices per Endpoints subset. ${skipped} addresses were skipped`
    actions.push({ type: 'event', reason: 'TooManyAddressesToMirror', message })
  }
  const bySet = Map.groupBy(slices, (slice) => keyOf(slice.addressType, slice.ports))
  const first = (set: MirroredSet) => bySet.get(keyOf(set.addressType, set.ports))?.[0]
  const kept = new Set(sets.map(first))
  const unused = slices.filter((slice) => !kept.has(slice))
  for (const set of sets) {
    // A slice that would go is used for one that would come, where its address family is the same: that cannot change.
    const previous = first(set) ?? takeOfType(unused, set.addressType)
    const slice = buildSlice(endpoints, set, previous)
    if (previous === undefined) actions.push({ type: 'create-slice', slice })
    else if (!isSameContent(previous, slice)) actions.push({ type: 'update-slice', slice })
  }
  return [...actions, ...unused.map((slice) => ({ type: 'delete-slice', slice }) as const)]
}

function isMirrored({ endpoints, service }: MirrorView): boolean {
  const { labels = {}, annotations = {}, deletionTimestamp } = endpoints.metadata
  if (service === undefined || service.spec.selector !== undefined) return false
  if (labels[SKIP_LABEL] === 'true' || annotations[LEADER_ANNOTATION] !== undefined) return false
  return deletionTimestamp === undefined
}

function takeOfType(
  slices: EndpointSlice[],
  addressType: EndpointSlice['addressType'],
): EndpointSlice | undefined {
  const index = slices.findIndex((slice) => slice.addressType === addressType)
  return index === -1 ? undefined : slices.splice(index, 1)[0]
}

function buildSlice(
  endpoints: Endpoints,
  set: MirroredSet,
  previous: EndpointSlice | undefined,
): EndpointSlice {
  const { name, namespace, labels, annotations } = endpoints.metadata
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      ...(previous?.metadata ?? { name: '', generateName: `${name}-` }),
      ...(namespace === undefined ? {} : { namespace }),
      labels: { ...labels, [SERVICE_NAME_LABEL]: name, [MANAGED_BY_LABEL]: MANAGED_BY },
      annotations: withoutOwn(annotations),
      ownerReferences: [controllerReference(endpoints)],
    },
    ...set,
  }
}

function withoutOwn(annotations: Labels = {}): Labels {
  return Object.fromEntries(
    Object.entries(annotations).filter(([name]) => !OWN_ANNOTATIONS.includes(name)),
  )
}

function isSameContent(previous: EndpointSlice, next: EndpointSlice): boolean {
  return (
    isSame(previous.endpoints, next.endpoints) &&
    isSame(previous.ports, next.ports) &&
    isSame(previous.metadata.labels, next.metadata.labels) &&
    isSame(previous.metadata.annotations, next.metadata.annotations)
  )
}

function keyOf(addressType: string, ports: readonly EndpointPort[] = []): string {
  const texts = ports.map(({ name = '', port, protocol, appProtocol }) =>
    JSON.stringify([name, port, protocol, appProtocol]),
  )
  return `${addressType} ${texts.toSorted().join()}`
}
