import { ApiError } from '../api/api-error.ts'
import { isPodTerminating, type Pod } from '../api/pod.ts'
import { formatTimestamp } from '../base/timestamp.ts'
import type { CreationOptions, ObjectName } from './request.ts'
import type { Store } from './store.ts'

export interface Binding {
  readonly nodeName: string
  /** The pod that is meant, and no other of its name. Absent: whichever there is. */
  readonly uid?: string
  /** They become the pod's. */
  readonly annotations?: Readonly<Record<string, string>>
  /** Wall-clock time. */
  readonly nowMs: number
}

/**
 * `pods/binding`: assigns a pod to a node, once. Both changes with nothing between them; the condition comes first: once
 * the node knows of the pod, the status is the node's to write. Throws ApiError Conflict.
 * https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/binding-v1/
 */
export function bindPod(
  store: Store,
  name: ObjectName,
  binding: Binding,
  options: CreationOptions = {},
): void {
  const { nodeName, annotations = {}, nowMs } = binding
  requireBindable(store.get('Pod', name), binding)
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
  store.modify('Pod', name, (pod) => bound(pod, nodeName, annotations), options)
}

function bound(pod: Pod, nodeName: string, annotations: Readonly<Record<string, string>>): Pod {
  const spec = { ...pod.spec, nodeName }
  if (Object.keys(annotations).length === 0) return { ...pod, spec }
  const metadata = {
    ...pod.metadata,
    annotations: { ...pod.metadata.annotations, ...annotations },
  }
  return { ...pod, metadata, spec }
}

function requireBindable(pod: Pod, { uid }: Binding): void {
  const { name, uid: found = '' } = pod.metadata
  const { nodeName = '' } = pod.spec
  if (uid !== undefined && uid !== found) {
    throw conflict(
      name,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${found}`,
    )
  }
  if (isPodTerminating(pod)) {
    throw conflict(name, `pod ${name} is being deleted, cannot be assigned to a host`)
  }
  if (nodeName !== '') {
    throw conflict(name, `pod ${name} is already assigned to node ${JSON.stringify(nodeName)}`)
  }
}

function conflict(name: string, why: string): ApiError {
  const message = `Operation cannot be fulfilled on pods/binding ${JSON.stringify(name)}: ${why}`
  return new ApiError('Conflict', message, [], { name, kind: 'pods/binding' })
}
