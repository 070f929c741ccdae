import type { Pod } from '../../api/pod.ts'
import type { Deployment, ReplicaSet } from '../../api/workload.ts'
import type { Caches } from '../caches.ts'

/** All that a pass looks at, gathered once. */
export interface DeploymentView {
  readonly deployment: Deployment
  /** Those of the namespace that it controls, and those that nobody controls. */
  readonly replicaSets: readonly ReplicaSet[]
  /** Pods that the ReplicaSet controls, terminating and finished ones included. */
  readonly podsOf: (replicaSet: ReplicaSet) => readonly Pod[]
}

/** Undefined when the Deployment is gone. */
export function gatherDeploymentView(caches: Caches, key: string): DeploymentView | undefined {
  const deployment = caches.of('Deployment').get(key)
  const uid = deployment?.metadata.uid
  if (deployment === undefined || uid === undefined) return undefined
  const owned = caches.of('ReplicaSet').byOwner(uid)
  const orphans = caches.orphans('ReplicaSet', deployment.metadata.namespace)
  const podsOf = ({ metadata }: ReplicaSet) =>
    metadata.uid === undefined ? [] : caches.of('Pod').byOwner(metadata.uid)
  return { deployment, replicaSets: [...owned, ...orphans], podsOf }
}
