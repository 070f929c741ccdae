import type { Container, Pod } from '../../api/pod.ts'
import { parseQuantity } from '../../api/quantity.ts'
import type { ResourceAmounts } from '../../api/scheduling.ts'
import type { Volume } from '../../api/volume.ts'

const NANOS_PER_UNIT = 1_000_000_000n

/**
 * How large an emptyDir in memory may grow: the least of its sizeLimit, the pod's memory limit and what the node has
 * for pods. Undefined: none of them is known. https://kubernetes.io/docs/concepts/storage/volumes/#emptydir
 */
export function memoryVolumeBytes(
  { emptyDir }: Volume,
  pod: Pod,
  allocatable: ResourceAmounts,
): number | undefined {
  const sizes = [
    quantityBytes(emptyDir?.sizeLimit),
    podLimit(pod),
    quantityBytes(allocatable['memory']),
  ]
  const known = sizes.filter((size) => size > 0)
  return known.length === 0 ? undefined : Math.min(...known)
}

/**
 * Of all containers together, where each has a limit: what the kubelet gives the pod's cgroup. Init containers run one at a
 * time, beside the sidecars that were started before them. 0: none.
 */
function podLimit({ spec }: Pod): number {
  const ofPod = quantityBytes(spec.resources?.limits?.['memory'])
  if (ofPod > 0) return ofPod
  const { containers, initContainers = [] } = spec
  if ([...containers, ...initContainers].some((container) => limitOf(container) === 0)) return 0
  let sidecars = 0
  let highest = 0
  for (const container of initContainers) {
    if (container.restartPolicy === 'Always') {
      sidecars += limitOf(container)
      highest = Math.max(highest, sidecars)
    } else highest = Math.max(highest, sidecars + limitOf(container))
  }
  const running = containers.reduce((sum, container) => sum + limitOf(container), sidecars)
  return Math.max(running, highest)
}

function limitOf({ resources }: Container): number {
  return quantityBytes(resources?.limits?.['memory'])
}

/** Rounded up; 0 for what is no amount. */
export function quantityBytes(value: unknown): number {
  const quantity = parseQuantity(value)
  if (quantity === undefined || quantity.nanos <= 0n) return 0
  return Number((quantity.nanos + NANOS_PER_UNIT - 1n) / NANOS_PER_UNIT)
}
