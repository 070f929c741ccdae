import { isKind } from '../api/kinds.ts'
import type { ApiObject } from '../api/meta.ts'
import { fieldsOf } from '../base/fields.ts'
import type { Store } from '../store/store.ts'

/** How nodes of hitless name their runtime in their status. */
const OWN_RUNTIME = 'hitless://'

const WARNING =
  'hitless stores ephemeral containers and does not run them: kubectl debug would wait in vain. Use kubectl exec, or kubectl debug --copy-to.'

/** What the writer of a pod's ephemeral containers is told when its node is one of hitless: nothing else would be seen of it. */
export function warnOfEphemeral(store: Store, pod: ApiObject): readonly string[] {
  if (!isKind(pod, 'Pod')) return []
  const { ephemeralContainers: containers } = fieldsOf(pod.spec)
  const { nodeName: name = '' } = pod.spec
  if (!Array.isArray(containers) || containers.length === 0 || !store.has('Node', { name }))
    return []
  const runtime = store.get('Node', { name }).status?.nodeInfo?.containerRuntimeVersion
  return runtime?.startsWith(OWN_RUNTIME) === true ? [WARNING] : []
}
