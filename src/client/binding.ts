import { ApiError } from '../api/api-error.ts'
import { isPodTerminating, type Pod } from '../api/pod.ts'
import { formatTimestamp } from '../base/timestamp.ts'
import type { CreationOptions } from '../store/request.ts'
import type { Store } from '../store/store.ts'
import type { ObjectName } from './client.ts'

/**
 * Both changes of a binding with nothing between them. The condition comes first: once the node knows of the pod, the
 * status is the node's to write.
 */
export function bindInStore(
  store: Store,
  name: ObjectName,
  binding: {
    readonly nodeName: string
    readonly nowMs: number
    readonly options: CreationOptions
  },
): void {
  const { nodeName, nowMs, options } = binding
  requireUnbound(store.get('Pod', name))
  const scheduled = {
    type: 'PodScheduled',
    status: 'True',
    lastTransitionTime: formatTimestamp(nowMs),
  } as const
  const isOther = ({ type }: { readonly type: string }) => type !== scheduled.type
  store.modify(
    'Pod',
    name,
    ({ status, ...pod }) => ({
      ...pod,
      status: { ...status, conditions: [...(status?.conditions ?? []).filter(isOther), scheduled] },
    }),
    { ...options, subresource: 'status' },
  )
  store.modify('Pod', name, (pod) => ({ ...pod, spec: { ...pod.spec, nodeName } }), options)
}

function requireUnbound(pod: Pod): void {
  const { name } = pod.metadata
  const { nodeName = '' } = pod.spec
  const why = isPodTerminating(pod)
    ? `pod ${name} is being deleted, cannot be assigned to a host`
    : `pod ${name} is already assigned to node ${JSON.stringify(nodeName)}`
  if (!isPodTerminating(pod) && nodeName === '') return
  throw new ApiError(
    'Conflict',
    `Operation cannot be fulfilled on pods/binding ${JSON.stringify(name)}: ${why}`,
    [],
    { name, kind: 'pods/binding' },
  )
}
