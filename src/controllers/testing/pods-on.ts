import { keyOf } from '../../api/meta.ts'
import type { Pod } from '../../api/pod.ts'
import { CountedPods, type NodePods } from '../scheduler/node-pods.ts'

/** A node's pods, counted. */
export function podsOn(pods: readonly Pod[]): NodePods {
  const counted = new CountedPods()
  for (const pod of pods) counted.put(keyOf(pod), pod)
  return counted
}
