import type { Deployment, ReplicaSet } from '../../src/api/workload.ts'

const PREFIX = 'deployment.kubernetes.io/'

/** Annotations that stay with the Deployment when it takes over those of an earlier revision. */
const OWN_ANNOTATIONS = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  `${PREFIX}revision`,
  `${PREFIX}revision-history`,
  `${PREFIX}desired-replicas`,
  `${PREFIX}max-replicas`,
  'deprecated.deployment.rollback.to',
])

/** What `kubectl rollout undo` makes of a Deployment; `revision` 0 is the one before the newest. */
export function rolledBack(
  deployment: Deployment,
  replicaSets: readonly ReplicaSet[],
  revision: number,
): Deployment {
  const newestFirst = replicaSets.toSorted((a, b) => revisionOf(b) - revisionOf(a))
  const target =
    revision === 0
      ? newestFirst[1]
      : newestFirst.find((replicaSet) => revisionOf(replicaSet) === revision)
  const template = target?.spec.template
  if (target === undefined || template === undefined) throw new Error(`no revision ${revision}`)
  const { 'pod-template-hash': _hash, ...labels } = template.metadata?.labels ?? {}
  const annotations = Object.fromEntries([
    ...annotationsOf(deployment).filter(([name]) => OWN_ANNOTATIONS.has(name)),
    ...annotationsOf(target).filter(([name]) => !OWN_ANNOTATIONS.has(name)),
  ])
  return {
    ...deployment,
    metadata: { ...deployment.metadata, annotations },
    spec: {
      ...deployment.spec,
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  }
}

function annotationsOf({ metadata }: Deployment | ReplicaSet): [string, string][] {
  return Object.entries(metadata.annotations ?? {})
}

function revisionOf({ metadata }: ReplicaSet): number {
  return Number(metadata.annotations?.[`${PREFIX}revision`] ?? 0)
}
