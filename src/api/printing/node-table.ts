import type { Node } from '../core.ts'
import { ageOf } from './age.ts'
import { tableOf } from './resource-table.ts'

const ROLE_PREFIX = 'node-role.kubernetes.io/'

export const NODE_TABLE = tableOf<Node>('Node', (node, nowMs) => {
  const { metadata, status } = node
  const software = status?.nodeInfo
  return [
    metadata.name,
    formatStatus(node),
    formatRoles(node),
    ageOf(metadata.creationTimestamp, nowMs),
    software?.kubeletVersion ?? '',
    addressOf(node, 'InternalIP'),
    addressOf(node, 'ExternalIP'),
    orUnknown(software?.osImage),
    orUnknown(software?.kernelVersion),
    orUnknown(software?.containerRuntimeVersion),
  ]
})

function formatStatus({ spec, status }: Node): string {
  const ready = status?.conditions?.findLast(({ type }) => type === 'Ready')
  const word = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady'
  return spec?.unschedulable === true ? `${word},SchedulingDisabled` : word
}

/** https://kubernetes.io/docs/reference/labels-annotations-taints/#node-role-kubernetes-io */
function formatRoles({ metadata }: Node): string {
  const roles = Object.entries(metadata.labels ?? {}).map(([key, value]) => {
    if (key.startsWith(ROLE_PREFIX)) return key.slice(ROLE_PREFIX.length)
    return key === 'kubernetes.io/role' ? value : ''
  })
  const named = new Set(roles.filter((role) => role !== ''))
  return named.size === 0 ? '<none>' : [...named].toSorted().join(',')
}

function addressOf({ status }: Node, wanted: string): string {
  return status?.addresses?.find(({ type }) => type === wanted)?.address ?? '<none>'
}

function orUnknown(text: string | undefined): string {
  return text === undefined || text === '' ? '<unknown>' : text
}
