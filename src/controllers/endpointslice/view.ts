import type { Pod } from '../../api/pod.ts'
import { SERVICE_NAME_LABEL, type EndpointSlice, type Service } from '../../api/service.ts'
import type { Caches } from '../caches.ts'
import { selectedPods } from './membership.ts'

export const MANAGED_BY_LABEL = 'endpointslice.kubernetes.io/managed-by'
export const MANAGED_BY = 'endpointslice-controller.k8s.io'

/** Marks what belongs to a Service without a ClusterIP. */
export const HEADLESS_LABEL = 'service.kubernetes.io/headless'

/** All that a pass looks at, gathered once. */
export interface ServiceView {
  readonly service: Service
  /** Those that the selector matches, of all phases. */
  readonly pods: readonly Pod[]
  /** Those of this Service that this controller keeps; somebody else's stay as they are. */
  readonly slices: readonly EndpointSlice[]
}

/** Undefined when the Service is gone. */
export function gatherServiceView(caches: Caches, key: string): ServiceView | undefined {
  const service = caches.of('Service').get(key)
  if (service === undefined) return undefined
  const pods = selectedPods(caches, service)
  const slices = caches
    .of('EndpointSlice')
    .byOwner(service.metadata.uid ?? '')
    .filter((slice) => isOursFor(slice, service.metadata.name))
  return { service, pods, slices }
}

function isOursFor({ metadata }: EndpointSlice, serviceName: string): boolean {
  const { labels, deletionTimestamp } = metadata
  if (deletionTimestamp !== undefined) return false
  return labels?.[SERVICE_NAME_LABEL] === serviceName && labels[MANAGED_BY_LABEL] === MANAGED_BY
}
