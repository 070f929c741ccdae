import type { PodTemplate } from '../pod.ts'
import { formatLabelSelector, type LabelSelector } from '../selector.ts'
import type { Deployment, ReplicaSet } from '../workload.ts'
import { ageOf } from './age.ts'
import { tableOf } from './resource-table.ts'

export const DEPLOYMENT_TABLE = tableOf<Deployment>(
  'Deployment',
  ({ metadata, spec, status }, nowMs) => [
    metadata.name,
    `${status?.readyReplicas ?? 0}/${spec.replicas ?? 0}`,
    status?.updatedReplicas ?? 0,
    status?.availableReplicas ?? 0,
    ageOf(metadata.creationTimestamp, nowMs),
    ...containerCells(spec.template),
    formatLabelSelector(spec.selector),
  ],
)

export const REPLICA_SET_TABLE = tableOf<ReplicaSet>(
  'ReplicaSet',
  ({ metadata, spec, status }, nowMs) => [
    metadata.name,
    spec.replicas ?? 0,
    status?.replicas ?? 0,
    status?.readyReplicas ?? 0,
    ageOf(metadata.creationTimestamp, nowMs),
    ...containerCells(spec.template),
    selectorOrNone(spec.selector),
  ],
)

/** Names and images. */
function containerCells(template: PodTemplate | undefined): readonly [string, string] {
  const containers = template?.spec.containers ?? []
  return [
    containers.map(({ name }) => name).join(','),
    containers.map(({ image = '' }) => image).join(','),
  ]
}

function selectorOrNone(selector: LabelSelector): string {
  const text = formatLabelSelector(selector)
  return text === '' ? '<none>' : text
}
