import type { Labels } from '../../api/meta.ts'
import type { Pod } from '../../api/pod.ts'
import {
  SERVICE_NAME_LABEL,
  type Endpoint,
  type EndpointPort,
  type EndpointSlice,
  type Service,
} from '../../api/service.ts'
import { isSame } from '../canonical-json.ts'
import { controllerReference } from '../ownership.ts'
import { inSliceOrder } from '../port-order.ts'
import type { AddressType } from './endpoint.ts'
import { packEndpoints, type PackedSlice } from './packing.ts'
import { podEndpointOf, portSetKey } from './pod-endpoint.ts'
import { TRIGGER_TIME, triggerTime } from './trigger-time.ts'
import { HEADLESS_LABEL, MANAGED_BY, MANAGED_BY_LABEL, type ServiceView } from './view.ts'

export type SliceAction =
  | { readonly type: 'create-slice'; readonly slice: EndpointSlice }
  | { readonly type: 'update-slice'; readonly slice: EndpointSlice }
  | { readonly type: 'delete-slice'; readonly slice: EndpointSlice }

/**
 * One pass of a Service: the slices that list its pods. Pods with the same ports share slices. A Service
 * without a selector, or with an external name, gets none; one without pods gets an empty one.
 * https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/
 */
export function reconcileService(view: ServiceView): { readonly actions: readonly SliceAction[] } {
  const { service, slices } = view
  if (!isServed(service)) return { actions: [] }
  const types = addressTypes(service)
  const trigger = triggerTime(view)
  const actions = types.flatMap((type) => {
    const ours = slices.filter(({ addressType }) => addressType === type)
    return reconcileSlices({ ...view, slices: ours }, type, trigger)
  })
  const foreign = slices.filter(({ addressType }) => !types.some((type) => type === addressType))
  return {
    actions: [...actions, ...foreign.map((slice) => ({ type: 'delete-slice', slice }) as const)],
  }
}

function isServed({ spec, metadata }: Service): boolean {
  return (
    spec.selector !== undefined &&
    spec.type !== 'ExternalName' &&
    metadata.deletionTimestamp === undefined
  )
}

function addressTypes({ spec }: Service): readonly AddressType[] {
  const families = spec['ipFamilies']
  if (!Array.isArray(families)) return ['IPv4']
  return (['IPv4', 'IPv6'] as const).filter((family) => families.includes(family))
}

function reconcileSlices(
  { service, pods, slices }: ServiceView,
  type: AddressType,
  trigger: string | undefined,
): readonly SliceAction[] {
  const wanted = groupByPorts(service, pods, type)
  const bySet = Map.groupBy(slices, ({ ports }) => portSetKey(inSliceOrder(ports ?? [])))
  const packed: (PackedSlice & { readonly ports: readonly EndpointPort[] })[] = []
  for (const [set, { ports, endpoints }] of wanted) {
    for (const one of packEndpoints(bySet.get(set) ?? [], endpoints)) packed.push({ ...one, ports })
  }
  // Even without endpoints there is a slice, so that one can tell "none" from "not looked yet".
  if (packed.length === 0) packed.push({ slice: undefined, endpoints: [], ports: [] })
  const kept = new Set(packed.map(({ slice }) => slice))
  const unused = slices.filter((slice) => !kept.has(slice))
  const actions: SliceAction[] = []
  for (const { slice, endpoints, ports } of packed) {
    // A slice that would go is used for one that would come: one write less.
    const previous = slice ?? unused.shift()
    const next = buildSlice(service, { previous, endpoints, ports, type, trigger })
    if (previous === undefined) actions.push({ type: 'create-slice', slice: next })
    else if (!isSameContent(previous, next)) actions.push({ type: 'update-slice', slice: next })
  }
  return [...actions, ...unused.map((slice) => ({ type: 'delete-slice', slice }) as const)]
}

interface PortSet {
  readonly ports: readonly EndpointPort[]
  readonly endpoints: Map<string, Endpoint>
}

function groupByPorts(
  service: Service,
  pods: readonly Pod[],
  type: AddressType,
): ReadonlyMap<string, PortSet> {
  const groups = new Map<string, PortSet>()
  for (const pod of pods) {
    const found = podEndpointOf(service, pod, type)
    if (found === undefined) continue
    const { key, endpoint, ports, portSet } = found
    let group = groups.get(portSet)
    if (group === undefined) groups.set(portSet, (group = { ports, endpoints: new Map() }))
    group.endpoints.set(key, endpoint)
  }
  return groups
}

function buildSlice(
  service: Service,
  content: {
    readonly previous: EndpointSlice | undefined
    readonly endpoints: readonly Endpoint[]
    readonly ports: readonly EndpointPort[]
    readonly type: AddressType
    readonly trigger: string | undefined
  },
): EndpointSlice {
  const { previous, endpoints, ports, type, trigger } = content
  const { name, namespace } = service.metadata
  const { [TRIGGER_TIME]: _old, ...annotations } = previous?.metadata.annotations ?? {}
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      ...(previous?.metadata ?? { name: '', generateName: `${name}-` }),
      ...(namespace === undefined ? {} : { namespace }),
      labels: sliceLabels(service),
      annotations:
        trigger === undefined ? annotations : { ...annotations, [TRIGGER_TIME]: trigger },
      ownerReferences: previous?.metadata.ownerReferences ?? [controllerReference(service)],
    },
    addressType: type,
    endpoints,
    ports,
  }
}

/** The Service's own labels, and those by which slices are found. */
function sliceLabels({ metadata, spec }: Service): Labels {
  const { [HEADLESS_LABEL]: _headless, ...labels } = metadata.labels ?? {}
  return {
    ...labels,
    [SERVICE_NAME_LABEL]: metadata.name,
    [MANAGED_BY_LABEL]: MANAGED_BY,
    ...(spec.clusterIP === 'None' ? { [HEADLESS_LABEL]: '' } : {}),
  }
}

/** The trigger time alone is no reason to write. */
function isSameContent(left: EndpointSlice, right: EndpointSlice): boolean {
  return (
    isSame(left.endpoints, right.endpoints) &&
    isSame(left.ports, right.ports) &&
    isSame(left.metadata.labels, right.metadata.labels)
  )
}
