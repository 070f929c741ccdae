import type { ApiObject, OwnerReference } from '../../api/meta.ts'

/** Whether the owner is in another namespace than its dependent, which cannot be. Owners without one may have any. */
export function isInOtherNamespace(dependent: ApiObject, owner: ApiObject): boolean {
  const { namespace } = owner.metadata
  return namespace !== undefined && namespace !== dependent.metadata.namespace
}

/** What is told of it, in the garbage collector's words (graph_builder.go, reportInvalidNamespaceOwnerRef). */
export function invalidOwnerMessage(
  { metadata: { namespace = '' } }: ApiObject,
  { apiVersion, kind, name, uid }: OwnerReference,
): string {
  const owner = `[${apiVersion}/${kind}, namespace: ${namespace}, name: ${name}, uid: ${uid}]`
  return `ownerRef ${owner} does not exist in namespace ${JSON.stringify(namespace)}`
}
