import { controllerOf } from '../../api/meta.ts'
import type { Pod } from '../../api/pod.ts'
import type { ReplicaSet } from '../../api/workload.ts'
import type { Caches } from '../caches.ts'

/** All that a pass looks at, gathered once. */
export interface ReplicaSetView {
  readonly replicaSet: ReplicaSet
  /** Those of the namespace that it controls, and those that nobody controls. */
  readonly pods: readonly Pod[]
  /** The cache shows everything that earlier passes did: only then may pods be created or deleted. */
  readonly isSettled: boolean
  /** The pods of all ReplicaSets with the same controller, these included. */
  readonly relatedPods: () => readonly Pod[]
}

/** Undefined when the ReplicaSet is gone. */
export function gatherReplicaSetView(
  caches: Caches,
  key: string,
  isSettled: boolean,
): ReplicaSetView | undefined {
  const replicaSet = caches.of('ReplicaSet').get(key)
  const uid = replicaSet?.metadata.uid
  if (replicaSet === undefined || uid === undefined) return undefined
  const podsOf = (owner: string) => caches.of('Pod').byOwner(owner)
  return {
    replicaSet,
    pods: [...podsOf(uid), ...caches.orphans('Pod', replicaSet.metadata.namespace)],
    isSettled,
    relatedPods() {
      const controller = controllerOf(replicaSet)
      if (controller === undefined) return podsOf(uid)
      const siblings = caches.of('ReplicaSet').byOwner(controller.uid)
      return siblings.flatMap(({ metadata }) => podsOf(metadata.uid ?? ''))
    },
  }
}
