import { KINDS } from '../../api/kinds.ts'
import { controllerOf, type OwnerReference } from '../../api/meta.ts'
import type { Pod } from '../../api/pod.ts'
import type { Deployment, ReplicaSet } from '../../api/workload.ts'

/** How many pods there are to be, by those that make them; or why that cannot be told. */
export type Expected =
  | { readonly type: 'known'; readonly count: number; readonly hasUnmanaged: boolean }
  | { readonly type: 'unknown'; readonly why: string }

/** The controllers in the namespace of a budget. */
export interface ScaleSources {
  readonly replicaSet: (name: string) => ReplicaSet | undefined
  readonly deployment: (name: string) => Deployment | undefined
}

interface Scale {
  readonly uid: string
  readonly replicas: number
}

/**
 * The sum of the sizes of all that control these pods (disruption.go, getExpectedScale). Pods that nobody
 * controls are not counted.
 */
export function expectedPods(pods: readonly Pod[], sources: ScaleSources): Expected {
  const scales = new Map<string, number>()
  let hasUnmanaged = false
  for (const pod of pods) {
    const owner = controllerOf(pod)
    if (owner === undefined) {
      hasUnmanaged = true
      continue
    }
    const scale = scaleOf(owner, sources)
    if (typeof scale === 'string') return { type: 'unknown', why: scale }
    if (scale === undefined) {
      const why = `found no controllers for pod ${JSON.stringify(pod.metadata.name)}`
      return { type: 'unknown', why }
    }
    scales.set(scale.uid, scale.replicas)
  }
  const count = [...scales.values()].reduce((total, replicas) => total + replicas, 0)
  return { type: 'known', count, hasUnmanaged }
}

/** Undefined when the controller is not there; a text when it has no size. */
function scaleOf(owner: OwnerReference, sources: ScaleSources): Scale | string | undefined {
  const { apiVersion, kind, name, uid } = owner
  if (kind === 'ReplicaSet' && isAppsGroup(apiVersion)) {
    const replicaSet = sources.replicaSet(name)
    if (replicaSet?.metadata.uid !== uid) return undefined
    return deploymentScale(replicaSet, sources) ?? sizeOf(replicaSet)
  }
  if (kind === 'Deployment' && isAppsGroup(apiVersion)) {
    const deployment = sources.deployment(name)
    return deployment?.metadata.uid === uid ? sizeOf(deployment) : undefined
  }
  const definition = Object.entries(KINDS).find(
    ([known, one]) => known === kind && one.apiVersion === apiVersion,
  )?.[1]
  if (definition === undefined) {
    return `no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}`
  }
  const [group, version] = apiVersion.split('/')
  const resource = version === undefined ? definition.plural : `${definition.plural}.${group}`
  return `${resource} does not implement the scale subresource`
}

function deploymentScale(replicaSet: ReplicaSet, sources: ScaleSources): Scale | undefined {
  const owner = controllerOf(replicaSet)
  if (owner?.kind !== 'Deployment' || !isAppsGroup(owner.apiVersion)) return undefined
  const deployment = sources.deployment(owner.name)
  return deployment?.metadata.uid === owner.uid ? sizeOf(deployment) : undefined
}

function sizeOf({ metadata, spec }: Deployment | ReplicaSet): Scale {
  return { uid: metadata.uid ?? '', replicas: spec.replicas ?? 1 }
}

function isAppsGroup(apiVersion: string): boolean {
  return apiVersion.startsWith('apps/') || apiVersion.startsWith('extensions/')
}
