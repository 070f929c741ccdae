import type { Labels } from '../../api/meta.ts'
import type { Endpoints, Service } from '../../api/service.ts'
import type { Pod } from '../../api/pod.ts'
import { isSame } from '../canonical-json.ts'
import { TRIGGER_TIME, triggerTime } from '../endpointslice/trigger-time.ts'
import { HEADLESS_LABEL } from '../endpointslice/view.ts'
import { truncate } from './capacity.ts'
import { subsetsOf } from './subsets.ts'

const OVER_CAPACITY = 'endpoints.kubernetes.io/over-capacity'
const MANAGED_BY_LABEL = 'endpoints.kubernetes.io/managed-by'
export const MANAGED_BY = 'endpoint-controller'

/** All that a pass looks at, gathered once. */
export interface EndpointsView {
  readonly service: Service
  /** Those that the selector matches, of all phases; sorted by name. */
  readonly pods: readonly Pod[]
  /** Those of the Service's name. */
  readonly endpoints: Endpoints | undefined
}

export type EndpointsDecision =
  | { readonly type: 'none' }
  | { readonly type: 'create'; readonly endpoints: Endpoints }
  | { readonly type: 'update'; readonly endpoints: Endpoints }

/**
 * The Endpoints of a Service, which EndpointSlices have replaced and which old clients still read. A Service
 * without a selector, or with an external name, has its Endpoints from somebody else, or none.
 * https://kubernetes.io/docs/concepts/services-networking/service/#endpoints
 */
export function reconcileEndpoints(view: EndpointsView): EndpointsDecision {
  const { service, pods, endpoints: current } = view
  if (service.spec.type === 'ExternalName' || service.spec.selector === undefined) {
    return { type: 'none' }
  }
  const { subsets, isTruncated } = truncate(subsetsOf(service, pods))
  const labels = endpointsLabels(service)
  const isMarked = current?.metadata.annotations?.[OVER_CAPACITY] !== undefined
  if (
    current !== undefined &&
    isSame(current.subsets, subsets) &&
    isSame(current.metadata.labels, labels) &&
    isMarked === isTruncated
  ) {
    return { type: 'none' }
  }
  const next = build(view, labels)
  return current === undefined
    ? { type: 'create', endpoints: { ...next, subsets } }
    : { type: 'update', endpoints: { ...next, subsets } }

  function build({ endpoints }: EndpointsView, wanted: Labels): Endpoints {
    const {
      [TRIGGER_TIME]: _old,
      [OVER_CAPACITY]: _mark,
      ...rest
    } = endpoints?.metadata.annotations ?? {}
    const trigger = triggerTime(view)
    const annotations = {
      ...rest,
      ...(trigger === undefined ? {} : { [TRIGGER_TIME]: trigger }),
      ...(isTruncated ? { [OVER_CAPACITY]: 'truncated' } : {}),
    }
    const { name, namespace } = service.metadata
    const metadata = endpoints?.metadata ?? {
      name,
      ...(namespace === undefined ? {} : { namespace }),
    }
    return {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { ...metadata, labels: wanted, annotations },
    }
  }
}

function endpointsLabels({ metadata, spec }: Service): Labels {
  const { [HEADLESS_LABEL]: _headless, ...labels } = metadata.labels ?? {}
  const hasAddress = spec.clusterIP !== undefined && !['', 'None'].includes(spec.clusterIP)
  return {
    ...labels,
    ...(hasAddress ? {} : { [HEADLESS_LABEL]: '' }),
    [MANAGED_BY_LABEL]: MANAGED_BY,
  }
}
