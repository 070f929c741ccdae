import { podCondition, type Pod } from '../pod.ts'
import { ageOf } from './age.ts'
import { summarizePod } from './pod-status.ts'
import { tableOf, type TableCell } from './resource-table.ts'

export const POD_TABLE = tableOf<Pod>('Pod', printPod)

function printPod(pod: Pod, nowMs: number): readonly TableCell[] {
  const { metadata, spec, status } = pod
  const { readyContainers, totalContainers, ...summary } = summarizePod(pod, nowMs)
  return [
    metadata.name,
    `${readyContainers}/${totalContainers}`,
    summary.status,
    summary.restarts,
    ageOf(metadata.creationTimestamp, nowMs),
    orNone(status?.podIPs?.[0]?.ip),
    orNone(spec.nodeName),
    orNone(status?.nominatedNodeName),
    formatReadinessGates(pod),
  ]
}

function formatReadinessGates(pod: Pod): string {
  const gates = pod.spec.readinessGates ?? []
  if (gates.length === 0) return '<none>'
  const passed = gates.filter(
    ({ conditionType }) => podCondition(pod, conditionType)?.status === 'True',
  )
  return `${passed.length}/${gates.length}`
}

function orNone(text: string | undefined): string {
  return text === undefined || text === '' ? '<none>' : text
}
