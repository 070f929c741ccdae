/**
 * What the API serves, for clients that want to know: https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api
 */
import { groupOf, versionOf } from './request-path.ts'
import {
  SERVED_GROUPS,
  servedGroupVersion,
  type ServedGroup,
  type ServedGroupVersion,
  type ServedResource,
  type ServedSubresource,
} from './served-resources.ts'

export type DiscoveryForm = 'plain' | 'aggregated-v2' | 'aggregated-v2beta1'

/**
 * The document at `/api`, `/apis`, `/api/v1`, `/apis/GROUP`, `/apis/GROUP/VERSION`; only the first two are ever aggregated.
 * `host` is the address that the client has come by: there is no other.
 */
export function discoveryDocument(
  path: string,
  form: DiscoveryForm,
  host = '',
): object | undefined {
  const [root, ...rest] = path.split('/').filter((part) => part !== '')
  if (root !== 'api' && root !== 'apis') return undefined
  const groups = SERVED_GROUPS.filter(({ name }) => (name === '') === (root === 'api'))
  if (rest.length === 0) {
    if (form !== 'plain') return aggregatedDocument(groups, form)
    return root === 'api' ? coreVersions(groups, host) : groupList(groups)
  }
  const name = rest.join('/')
  const isGroup = root === 'apis' && rest.length === 1
  if (isGroup) return groupDocument(groups.find((group) => group.name === name))
  const served = groups.some((group) => group.name === groupOf(name))
  const version = served ? servedGroupVersion(name) : undefined
  return version === undefined ? undefined : resourceList(version)
}

function coreVersions(groups: readonly ServedGroup[], host: string): object {
  const versions = groups.flatMap((group) =>
    group.versions.map(({ groupVersion }) => versionOf(groupVersion)),
  )
  const everywhere = { clientCIDR: '0.0.0.0/0', serverAddress: host }
  return { kind: 'APIVersions', versions, serverAddressByClientCIDRs: [everywhere] }
}

function groupList(groups: readonly ServedGroup[]): object {
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(groupFields) }
}

function groupDocument(group: ServedGroup | undefined): object | undefined {
  return group === undefined
    ? undefined
    : { kind: 'APIGroup', apiVersion: 'v1', ...groupFields(group) }
}

function groupFields({ name, versions }: ServedGroup): object {
  const named = versions.map(({ groupVersion }) => ({
    groupVersion,
    version: versionOf(groupVersion),
  }))
  return { name, versions: named, preferredVersion: named[0] }
}

function resourceList({ groupVersion, resources }: ServedGroupVersion): object {
  return {
    kind: 'APIResourceList',
    // The core group's list has none.
    ...(groupOf(groupVersion) === '' ? {} : { apiVersion: 'v1' }),
    groupVersion,
    resources: resources.flatMap((resource) => [
      listedResource(resource),
      ...resource.subresources.map((subresource) => listedSubresource(resource, subresource)),
    ]),
  }
}

function listedResource(resource: ServedResource): object {
  return {
    name: resource.name,
    singularName: resource.singular,
    namespaced: resource.namespaced,
    kind: resource.kind,
    verbs: resource.verbs,
    ...optional(resource),
  }
}

function listedSubresource(
  { name, namespaced }: ServedResource,
  { name: subresource, kind, groupVersion, verbs }: ServedSubresource,
): object {
  return {
    name: `${name}/${subresource}`,
    singularName: '',
    namespaced,
    ...(groupVersion === undefined ? {} : home(groupVersion)),
    kind,
    verbs,
  }
}

function aggregatedDocument(
  groups: readonly ServedGroup[],
  form: Exclude<DiscoveryForm, 'plain'>,
): object {
  const version = form === 'aggregated-v2' ? 'v2' : 'v2beta1'
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: groups.map(({ name, versions }) => ({
      metadata: name === '' ? {} : { name },
      versions: versions.map(({ groupVersion, resources }) => ({
        version: versionOf(groupVersion),
        resources: resources.map(aggregatedResource),
        freshness: 'Current',
      })),
    })),
  }
}

function aggregatedResource(resource: ServedResource): object {
  const subresources = resource.subresources.map(({ name, kind, groupVersion, verbs }) => ({
    subresource: name,
    responseKind: responseKind(kind, groupVersion),
    verbs,
  }))
  return {
    resource: resource.name,
    responseKind: responseKind(resource.kind),
    scope: resource.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: resource.singular,
    verbs: resource.verbs,
    ...optional(resource),
    ...(subresources.length === 0 ? {} : { subresources }),
  }
}

/** An empty group and version are those of the list that it stands in. */
function responseKind(kind: string, groupVersion?: string): object {
  return groupVersion === undefined
    ? { group: '', version: '', kind }
    : { ...home(groupVersion), kind }
}

function home(groupVersion: string): object {
  return { group: groupOf(groupVersion), version: versionOf(groupVersion) }
}

function optional({ shortNames, categories }: ServedResource): object {
  return {
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(categories.length === 0 ? {} : { categories }),
  }
}
