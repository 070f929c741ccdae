import { isPodReady, type ContainerStatus, type Pod } from '../../api/pod.ts'
import { parseTimestamp } from '../../base/timestamp.ts'
import { readySinceMs } from '../pod-activity.ts'

/** https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/#pod-deletion-cost */
export const POD_DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost'

/** A pod, and how many active pods of the same Deployment are on its node. */
export interface RankedPod {
  readonly pod: Pod
  readonly podsOnNode: number
}

const PHASE_RANK: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 }

/**
 * The order in which surplus pods go, first to go first (controller_utils.go, ActivePodsWithRanks): least loss to
 * the users comes first. Of two that are equally good the younger goes; ages that differ by less than a factor
 * of two count as equal, and then the uid decides, so that the choice does not always hit the same.
 */
export function compareForDeletion(left: RankedPod, right: RankedPod, nowMs: number): number {
  const [a, b] = [left.pod, right.pod]
  return (
    Number(isAssigned(a)) - Number(isAssigned(b)) ||
    phaseRank(a) - phaseRank(b) ||
    Number(isPodReady(a)) - Number(isPodReady(b)) ||
    deletionCost(a) - deletionCost(b) ||
    right.podsOnNode - left.podsOnNode ||
    compareAge(a, b, { age: readySinceMs, nowMs }) ||
    restarts(b, 'regular') - restarts(a, 'regular') ||
    restarts(b, 'sidecar') - restarts(a, 'sidecar') ||
    compareAge(a, b, { age: createdMs, nowMs })
  )
}

function isAssigned({ spec }: Pod): boolean {
  return spec.nodeName !== undefined && spec.nodeName !== ''
}

function phaseRank({ status }: Pod): number {
  return PHASE_RANK[status?.phase ?? 'Pending'] ?? 0
}

/** A whole 32-bit number in decimal; anything else counts as 0. */
function deletionCost({ metadata }: Pod): number {
  const text = metadata.annotations?.[POD_DELETION_COST]
  if (text === undefined || !/^(0|-?[1-9]\d*)$/.test(text)) return 0
  const cost = Number(text)
  return cost >= -2_147_483_648 && cost <= 2_147_483_647 ? cost : 0
}

function createdMs({ metadata }: Pod): number | undefined {
  return metadata.creationTimestamp === undefined
    ? undefined
    : parseTimestamp(metadata.creationTimestamp)
}

/** Unknown ages first, then the younger, by powers of two of the age in nanoseconds. */
function compareAge(
  left: Pod,
  right: Pod,
  { age, nowMs }: { age: (pod: Pod) => number | undefined; nowMs: number },
): number {
  const [a, b] = [age(left), age(right)]
  if (a === b) return 0
  if (a === undefined) return -1
  if (b === undefined) return 1
  const byBucket = ageBucket(nowMs - a) - ageBucket(nowMs - b)
  if (byBucket !== 0) return byBucket
  return (left.metadata.uid ?? '') < (right.metadata.uid ?? '') ? -1 : 1
}

function ageBucket(ageMs: number): number {
  return ageMs > 0 ? Math.trunc(Math.log2(ageMs * 1e6)) : -1
}

/** The highest restart count among the regular containers, or among the sidecars. */
function restarts(pod: Pod, which: 'regular' | 'sidecar'): number {
  const statuses =
    which === 'regular'
      ? (pod.status?.containerStatuses ?? [])
      : (pod.status?.initContainerStatuses ?? []).filter((status) => isSidecar(pod, status))
  return statuses.reduce((most, { restartCount }) => Math.max(most, restartCount), 0)
}

function isSidecar({ spec }: Pod, { name }: ContainerStatus): boolean {
  return spec.initContainers?.find((one) => one.name === name)?.restartPolicy === 'Always'
}
