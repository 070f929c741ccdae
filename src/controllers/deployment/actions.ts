import type { Deployment, ReplicaSet } from '../../api/workload.ts'

/**
 * What a pass does, in order; the first that fails ends it. A ReplicaSet in an action is the whole new
 * object, based on those of the view and of earlier actions.
 */
export type DeploymentAction =
  | { readonly type: 'adopt-replica-set'; readonly replicaSet: ReplicaSet }
  | { readonly type: 'release-replica-set'; readonly replicaSet: ReplicaSet }
  | { readonly type: 'create-replica-set'; readonly replicaSet: ReplicaSet }
  | { readonly type: 'update-replica-set'; readonly replicaSet: ReplicaSet }
  | { readonly type: 'delete-replica-set'; readonly replicaSet: ReplicaSet }
  /** The status, and the annotation with the revision. */
  | { readonly type: 'update-status'; readonly deployment: Deployment }
  | DeploymentEvent

export interface DeploymentEvent {
  readonly type: 'event'
  readonly level: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
}

/** Event reasons. */
const SCALING_REPLICA_SET = 'ScalingReplicaSet'
export const SELECTING_ALL = 'SelectingAll'

export function scalingEvent(name: string, before: number, after: number): DeploymentEvent {
  const direction = before < after ? 'up' : 'down'
  const message = `Scaled ${direction} replica set ${name} from ${before} to ${after}`
  return { type: 'event', level: 'Normal', reason: SCALING_REPLICA_SET, message }
}
