import { getIfThere } from '../../client/get-if-there.ts'
import { KINDS } from '../../api/kinds.ts'
import type { ApiObject, OwnerReference } from '../../api/meta.ts'
import type { Client, ObjectName } from '../../client/client.ts'
import type { CachedKind } from '../caches.ts'
import type { OwnerGraph } from './graph.ts'
import { isDeletingDependents, knownKind, type ItemView, type OwnerState } from './view.ts'

/** An object's name among all kinds: `ReplicaSet default/web-5d8f`. */
export function itemKey({ kind, metadata: { namespace, name } }: ApiObject): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`
}

/**
 * All that a pass looks at. What decides over a deletion is read from the API itself: a cache may not know
 * an owner yet. Undefined when the object is gone.
 */
export async function gatherItemView(
  client: Client,
  { graph, kinds }: { readonly graph: OwnerGraph; readonly kinds: readonly CachedKind[] },
  key: string,
): Promise<ItemView | undefined> {
  const [kindName = '', path = ''] = key.split(' ')
  const kind = kinds.find((one) => one === kindName)
  if (kind === undefined) return undefined
  const [first = '', second] = path.split('/')
  const name = second === undefined ? { name: first } : { namespace: first, name: second }
  const item = await getIfThere(client, kind, name)
  if (item === undefined) return undefined
  const owners: ItemView['owners'][number][] = []
  for (const reference of item.metadata.ownerReferences ?? []) {
    owners.push({ reference, state: await ownerState(client, item, reference, kinds) })
  }
  return { item, owners, dependents: graph.dependentsOf(item.metadata.uid) }
}

/** An owner is in the namespace of its dependent, or in none. */
export function ownerName(
  { metadata: { namespace } }: ApiObject,
  kind: CachedKind,
  { name }: OwnerReference,
): ObjectName {
  return KINDS[kind].namespaced && namespace !== undefined ? { namespace, name } : { name }
}

/** An object without a namespace cannot belong to one in a namespace. */
export function isMisplaced({ metadata }: ApiObject, ownerKind: CachedKind): boolean {
  return metadata.namespace === undefined && KINDS[ownerKind].namespaced
}

async function ownerState(
  client: Client,
  item: ApiObject,
  reference: OwnerReference,
  kinds: readonly CachedKind[],
): Promise<OwnerState> {
  const kind = knownKind(reference, kinds)
  if (kind === undefined || isMisplaced(item, kind)) return 'unknown'
  const owner = await getIfThere(client, kind, ownerName(item, kind, reference))
  if (owner?.metadata.uid !== reference.uid) return 'gone'
  return isDeletingDependents(owner) ? 'waiting' : 'solid'
}
