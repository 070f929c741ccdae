/**
 * Times that Kubernetes' types hold by value: they are written even when nobody set them, as null.
 * No schema tells (types.go of k8s.io/api).
 */
const STANDING_TIMES: Readonly<Record<string, readonly string[]>> = {
  'apps.v1.DaemonSetCondition': ['lastTransitionTime'],
  'apps.v1.DeploymentCondition': ['lastTransitionTime', 'lastUpdateTime'],
  'apps.v1.ReplicaSetCondition': ['lastTransitionTime'],
  'apps.v1.StatefulSetCondition': ['lastTransitionTime'],
  'autoscaling.v2.HorizontalPodAutoscalerCondition': ['lastTransitionTime'],
  'batch.v1.JobCondition': ['lastProbeTime', 'lastTransitionTime'],
  'core.v1.ContainerStateRunning': ['startedAt'],
  'core.v1.ContainerStateTerminated': ['finishedAt', 'startedAt'],
  'core.v1.Event': ['eventTime', 'firstTimestamp', 'lastTimestamp'],
  'core.v1.EventSeries': ['lastObservedTime'],
  'core.v1.NamespaceCondition': ['lastTransitionTime'],
  'core.v1.NodeCondition': ['lastHeartbeatTime', 'lastTransitionTime'],
  'core.v1.PersistentVolumeClaimCondition': ['lastProbeTime', 'lastTransitionTime'],
  'core.v1.PodCondition': ['lastProbeTime', 'lastTransitionTime'],
  'core.v1.ReplicationControllerCondition': ['lastTransitionTime'],
  'events.v1.Event': ['deprecatedFirstTimestamp', 'deprecatedLastTimestamp', 'eventTime'],
}

export function standingTimesOf(definition: string): readonly string[] {
  return STANDING_TIMES[definition] ?? []
}
