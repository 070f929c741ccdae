import type { LabelSelector } from '../../api/selector.ts'
import type { Deployment, ReplicaSet } from '../../api/workload.ts'
import { controllerReference } from '../ownership.ts'
import { byAge } from './replica-counts.ts'
import { newReplicaSetAnnotations, nextRevision, sizeAnnotations } from './revision.ts'
import { planNewSize } from './rolling.ts'
import { areTemplatesEqual, hashTemplate, POD_TEMPLATE_HASH_LABEL } from './template.ts'

const NAME_LENGTH_MAX = 253

/** The new ReplicaSet is the oldest one with the Deployment's template; all others are old, oldest first. */
export function splitReplicaSets(
  { spec }: Deployment,
  replicaSets: readonly ReplicaSet[],
): { readonly newest: ReplicaSet | undefined; readonly olds: readonly ReplicaSet[] } {
  const oldestFirst = replicaSets.toSorted(byAge)
  const newest = oldestFirst.find((replicaSet) =>
    areTemplatesEqual(replicaSet.spec.template, spec.template),
  )
  return { newest, olds: oldestFirst.filter((replicaSet) => replicaSet !== newest) }
}

/**
 * The ReplicaSet for the Deployment's template, with as many replicas as the budget leaves it at
 * once (sync.go, getNewReplicaSet). Its name follows from the template, so that a second attempt cannot
 * make a second one.
 */
export function buildReplicaSet(deployment: Deployment, olds: readonly ReplicaSet[]): ReplicaSet {
  const { template, selector, minReadySeconds } = deployment.spec
  const { name, namespace } = deployment.metadata
  const hash = hashTemplate(template, deployment.status?.collisionCount)
  const labels = { ...template.metadata?.labels, [POD_TEMPLATE_HASH_LABEL]: hash }
  const annotations = newReplicaSetAnnotations(deployment, {}, nextRevision(olds))
  const empty: ReplicaSet = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${name.slice(0, NAME_LENGTH_MAX - hash.length - 1)}-${hash}`,
      ...(namespace === undefined ? {} : { namespace }),
      labels,
      annotations: { ...annotations, ...sizeAnnotations(deployment) },
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas: 0,
      ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
      selector: withHash(selector, hash),
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  }
  const replicas = planNewSize(deployment, empty, olds)
  return { ...empty, spec: { ...empty.spec, replicas } }
}

function withHash(selector: LabelSelector, hash: string): LabelSelector {
  return {
    ...selector,
    matchLabels: { ...selector.matchLabels, [POD_TEMPLATE_HASH_LABEL]: hash },
  }
}

/**
 * What another ReplicaSet of the wanted name means: `ours`: the cache lags, look again;
 * `collision`: another template has the same hash, so count the collision and choose another name.
 */
export function judgeNameClash(deployment: Deployment, existing: ReplicaSet): 'ours' | 'collision' {
  const isOwned = existing.metadata.ownerReferences?.some(
    ({ uid, controller }) => controller === true && uid === deployment.metadata.uid,
  )
  return isOwned === true && areTemplatesEqual(existing.spec.template, deployment.spec.template)
    ? 'ours'
    : 'collision'
}
