import type { ApiObject } from '../../api/meta.ts'
import type { OwnerGraph } from './graph.ts'

export interface InvalidOwner {
  readonly dependent: ApiObject
  /** In the garbage collector's words (graph_builder.go, reportInvalidNamespaceOwnerRef). */
  readonly message: string
}

/**
 * Dependents and owners that are in different namespaces, which cannot be, as far as the change of `current` makes it known: as
 * a dependent with new references, or as an owner that has just come. Owners without a namespace may have any.
 */
export function invalidOwners(
  graph: OwnerGraph,
  current: ApiObject,
  previous: ApiObject | undefined,
): readonly InvalidOwner[] {
  const { ownerReferences = [] } = current.metadata
  const isNew = ownerReferences !== previous?.metadata.ownerReferences
  const own = ownerReferences.flatMap(({ uid }) => {
    const owner = isNew ? graph.objectOf(uid) : undefined
    return owner === undefined ? [] : judge(current, owner)
  })
  if (previous !== undefined) return own
  const others = graph.dependentsOf(current.metadata.uid)
  return [...own, ...others.flatMap((dependent) => judge(dependent, current))]
}

function judge(dependent: ApiObject, owner: ApiObject): readonly InvalidOwner[] {
  const { namespace = '', ownerReferences = [] } = dependent.metadata
  const reference = ownerReferences.find(({ uid }) => uid === owner.metadata.uid)
  const ownNamespace = owner.metadata.namespace
  if (reference === undefined || ownNamespace === undefined || ownNamespace === namespace) return []
  const { apiVersion, kind, name, uid } = reference
  const text = `[${apiVersion}/${kind}, namespace: ${namespace}, name: ${name}, uid: ${uid}]`
  const message = `ownerRef ${text} does not exist in namespace ${JSON.stringify(namespace)}`
  return [{ dependent, message }]
}
