/**
 * The kubelet's constants, as of Kubernetes 1.34
 * (https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-restarts).
 */
export interface NodeTimings {
  /** The wait before the second restart; doubled for each one after it. The first is immediate. */
  readonly backOffMs: number
  readonly backOffMsMax: number
  /** The back-off begins anew for a container that ran longer than this. */
  readonly backOffResetMs: number
  /** Two syncs of a pod are this far apart: the kubelet waits for the next look at its containers. */
  readonly podSyncMs: number
  /** Before another try after an error that no watch will tell the end of: image, ConfigMap, sandbox. */
  readonly retryMs: number
  /** How often the listeners of a pod that is starting are looked at. */
  readonly listenerPollMs: number
  /** The same for a pod that is being stopped. */
  readonly listenerPollMsStopping: number
}

export const DEFAULT_TIMINGS: NodeTimings = {
  backOffMs: 10_000,
  backOffMsMax: 300_000,
  backOffResetMs: 600_000,
  podSyncMs: 1_000,
  retryMs: 10_000,
  listenerPollMs: 250,
  listenerPollMsStopping: 10,
}

export const NS_PER_MS = 1_000_000
export const NS_PER_S = 1_000_000_000
