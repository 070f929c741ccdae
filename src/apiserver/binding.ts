import { ApiError } from '../api/api-error.ts'
import type { Condition } from '../api/meta.ts'
import { isPodTerminating, type Pod } from '../api/pod.ts'
import { formatTimestamp } from '../base/timestamp.ts'
import type { Store } from '../store/store.ts'

/**
 * `pods/binding`: assigns a pod to a node, once, and says so in its conditions.
 * https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/binding-v1/
 */
export function bindPod(
  store: Store,
  name: { readonly namespace: string; readonly name: string },
  binding: { readonly nodeName: string; readonly uid?: string },
  nowMs: number,
): void {
  const refuse = (why: string) =>
    new ApiError(
      'Conflict',
      `Operation cannot be fulfilled on pods/binding "${name.name}": ${why}`,
      [],
      {
        name: name.name,
        kind: 'pods/binding',
      },
    )
  const pod = store.get('Pod', name)
  if (binding.uid !== undefined && binding.uid !== pod.metadata.uid) {
    throw refuse(
      `Precondition failed: UID in precondition: ${binding.uid}, UID in object meta: ${pod.metadata.uid ?? ''}`,
    )
  }
  if (isPodTerminating(pod))
    throw refuse(`pod ${name.name} is being deleted, cannot be assigned to a host`)
  if ((pod.spec.nodeName ?? '') !== '') {
    throw refuse(
      `pod ${name.name} is already assigned to node ${JSON.stringify(pod.spec.nodeName)}`,
    )
  }
  const scheduled: Condition = {
    type: 'PodScheduled',
    status: 'True',
    lastTransitionTime: formatTimestamp(nowMs),
  }
  store.modify('Pod', name, (current: Pod) => ({
    ...current,
    spec: { ...current.spec, nodeName: binding.nodeName },
  }))
  store.modify(
    'Pod',
    name,
    (current: Pod) => {
      const others = (current.status?.conditions ?? []).filter(
        ({ type }) => type !== scheduled.type,
      )
      return { ...current, status: { ...current.status, conditions: [...others, scheduled] } }
    },
    { subresource: 'status' },
  )
}
