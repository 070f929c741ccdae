import { podCondition } from '../../api/pod.ts'
import type { ServiceView } from './view.ts'

/** When the newest of the changes that a slice shows happened: measures how long they take to arrive. */
export const TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time'

/** The newest change of readiness among the pods; for a Service that has none, its own creation. */
export function triggerTime({
  service,
  pods,
}: Pick<ServiceView, 'service' | 'pods'>): string | undefined {
  let newest: string | undefined
  for (const pod of pods) {
    const time = podCondition(pod, 'Ready')?.lastTransitionTime
    if (time !== undefined && (newest === undefined || time > newest)) newest = time
  }
  return newest ?? service.metadata.creationTimestamp
}
