import type { Event } from '../../src/api/core.ts'
import type { Condition } from '../../src/api/meta.ts'
import { controllerOf } from '../../src/api/meta.ts'
import { isPodReady, isPodTerminal, isPodTerminating, type Pod } from '../../src/api/pod.ts'
import type { Deployment, ReplicaSet } from '../../src/api/workload.ts'
import type { Client } from '../../src/client/client.ts'
import type { Observer } from './observer.ts'

/** What is compared after a step: a text for each key, in this order. */
export type Snapshot = ReadonlyMap<string, string>

/** The mark of a pod that a scenario wants to meet again. */
export const MARK = 'differential/mark'

const ANNOTATION_PREFIX = 'deployment.kubernetes.io/'

/** All that controllers decide, without names, times and versions. */
export async function takeSnapshot(
  client: Client,
  namespace: string,
  observer: Observer,
): Promise<Snapshot> {
  const lines = new Map<string, string>()
  const { items: deployments } = await client.list('Deployment', { namespace })
  const { items: replicaSets } = await client.list('ReplicaSet', { namespace })
  const { items: pods } = await client.list('Pod', { namespace })
  lines.set('sizes', observer.takeSizes())
  for (const deployment of deployments) {
    lines.set('deployment', describeDeployment(deployment))
    addConditions(lines, '', deployment.status?.conditions, observer)
  }
  const byCreation = replicaSets.toSorted(
    (a, b) =>
      observer.replicaSetNames.indexOf(a.metadata.name) -
      observer.replicaSetNames.indexOf(b.metadata.name),
  )
  for (const replicaSet of byCreation) {
    const id = observer.idOf(replicaSet.metadata.name)
    lines.set(id, describeReplicaSet(replicaSet, deployments))
    addConditions(lines, `${id} `, replicaSet.status?.conditions, observer)
    lines.set(`${id} pods`, describePods(pods.filter((pod) => isOf(pod, replicaSet))))
  }
  const others = pods.filter((pod) => !replicaSets.some((replicaSet) => isOf(pod, replicaSet)))
  if (others.length > 0) lines.set('other pods', describePods(others))
  for (const [key, text] of describeEvents(observer.takeEvents(), observer)) lines.set(key, text)
  return lines
}

function describeDeployment({ metadata, spec, status = {} }: Deployment): string {
  const counts = [
    `wants ${spec.replicas}`,
    `replicas ${status.replicas ?? 0}`,
    `updated ${status.updatedReplicas ?? 0}`,
    `ready ${status.readyReplicas ?? 0}`,
    `available ${status.availableReplicas ?? 0}`,
    `unavailable ${status.unavailableReplicas ?? 0}`,
    `revision ${metadata.annotations?.[`${ANNOTATION_PREFIX}revision`] ?? 'none'}`,
  ]
  if (status.observedGeneration !== metadata.generation) counts.push('not observed')
  if (status.collisionCount !== undefined) counts.push(`collisions ${status.collisionCount}`)
  if (metadata.deletionTimestamp !== undefined) counts.push('being deleted')
  return counts.join(', ')
}

function addConditions(
  lines: Map<string, string>,
  prefix: string,
  conditions: readonly Condition[] = [],
  observer: Observer,
): void {
  // A condition that changes its status or reason moves to the end.
  if (conditions.length > 1) {
    lines.set(`${prefix}conditions`, conditions.map(({ type }) => type).join(', '))
  }
  for (const { type, status, reason, message = '' } of conditions) {
    lines.set(`${prefix}${type}`, `${status} ${reason}: ${observer.mask(message)}`)
  }
}

function describeReplicaSet(replicaSet: ReplicaSet, deployments: readonly Deployment[]): string {
  const { metadata, spec, status } = replicaSet
  const owner = controllerOf(replicaSet)
  const words = [
    spec.template?.spec.containers[0]?.image?.replace('web:', '') ?? '',
    `size ${spec.replicas}`,
    `replicas ${status?.replicas ?? 0}`,
    `labeled ${status?.fullyLabeledReplicas ?? 0}`,
    `ready ${status?.readyReplicas ?? 0}`,
    `available ${status?.availableReplicas ?? 0}`,
    ...describeAnnotations(metadata.annotations ?? {}),
  ]
  if (status?.observedGeneration !== metadata.generation) words.push('not observed')
  if ((spec.minReadySeconds ?? 0) > 0) words.push(`minReadySeconds ${spec.minReadySeconds}`)
  if (metadata.labels?.['pod-template-hash'] === undefined) words.push('without hash')
  if (owner === undefined) words.push('orphan')
  else if (!deployments.some((one) => one.metadata.uid === owner.uid)) words.push('owner gone')
  if (metadata.deletionTimestamp !== undefined) words.push('being deleted')
  return words.join(', ')
}

/** `revision 2`, `desired-replicas 3`; others with their whole name. */
function describeAnnotations(annotations: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(annotations)
    .map(([name, value]) => `${name.replace(ANNOTATION_PREFIX, '')} ${value}`)
    .toSorted()
}

function isOf(pod: Pod, { metadata }: ReplicaSet): boolean {
  return controllerOf(pod)?.uid === metadata.uid
}

/** `3 ready, 1 unready, marked: precious`. */
function describePods(pods: readonly Pod[]): string {
  const counts = new Map<string, number>()
  for (const pod of pods) counts.set(stateOf(pod), (counts.get(stateOf(pod)) ?? 0) + 1)
  const words = [...counts].map(([state, count]) => `${count} ${state}`).toSorted()
  const marks = pods.flatMap(({ metadata }) => metadata.annotations?.[MARK] ?? []).toSorted()
  if (marks.length > 0) words.push(`marked: ${marks.join(' ')}`)
  return words.length === 0 ? 'none' : words.join(', ')
}

function stateOf(pod: Pod): string {
  if (isPodTerminal(pod)) return isPodTerminating(pod) ? 'finished and terminating' : 'finished'
  if (isPodTerminating(pod)) return 'terminating'
  return isPodReady(pod) ? 'ready' : 'unready'
}

/** The Deployment's events in their order, those about pods counted. */
function describeEvents(told: readonly Event[], observer: Observer): ReadonlyMap<string, string> {
  const messages = new Map<string, string[]>()
  for (const { involvedObject, reason, message } of told) {
    if (involvedObject.kind === 'Pod') continue
    const id = observer.mask(involvedObject.name)
    const key = `${id === 'web' ? 'deployment' : id} ${reason}`
    // Kubernetes folds events that are much alike.
    const text = observer.mask(message).replace(/^\(combined from similar events\): /, '')
    messages.set(key, [...(messages.get(key) ?? []), text])
  }
  const keys = [...messages.keys()].toSorted()
  return new Map(keys.map((key) => [key, foldEqual(messages.get(key) ?? [])]))
}

function foldEqual(messages: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const message of messages) counts.set(message, (counts.get(message) ?? 0) + 1)
  return [...counts].map(([text, count]) => (count === 1 ? text : `${text} (${count})`)).join('; ')
}
