import { KINDS, isKindName } from '../api/kinds.ts'
import type { KindDefinition } from '../api/kind-definition.ts'
import { groupOf } from './request-path.ts'
import { REVIEWS, type Review } from './reviews.ts'

/** A group of the API with its versions, the preferred one first. The core group has no name. */
export interface ServedGroup {
  readonly name: string
  readonly versions: readonly ServedGroupVersion[]
}

export interface ServedGroupVersion {
  /** `v1`, `apps/v1`. */
  readonly groupVersion: string
  /** Sorted by name. */
  readonly resources: readonly ServedResource[]
}

export interface ServedResource {
  readonly name: string
  readonly singular: string
  readonly kind: string
  readonly namespaced: boolean
  readonly verbs: readonly string[]
  readonly shortNames: readonly string[]
  readonly categories: readonly string[]
  /** Sorted by name. */
  readonly subresources: readonly ServedSubresource[]
}

export interface ServedSubresource {
  readonly name: string
  /** What is sent and answered. */
  readonly kind: string
  /** Where that kind is at home, when it is not the version of the resource. */
  readonly groupVersion?: string
  readonly verbs: readonly string[]
}

const VERBS: readonly string[] = words('create delete deletecollection get list patch update watch')
const WRITTEN: readonly string[] = words('get patch update')
const CONNECTED: readonly string[] = words('create get')
const PROXIED: readonly string[] = words('create delete get patch update')

/** What each subresource takes; of a kind that is not told here, it is the resource's own. */
const SUBRESOURCES: Readonly<
  Record<string, Omit<ServedSubresource, 'name' | 'kind'> & { kind?: string }>
> = {
  attach: { kind: 'PodAttachOptions', verbs: CONNECTED },
  binding: { kind: 'Binding', verbs: ['create'] },
  ephemeralcontainers: { verbs: WRITTEN },
  eviction: { kind: 'Eviction', groupVersion: 'policy/v1', verbs: ['create'] },
  exec: { kind: 'PodExecOptions', verbs: CONNECTED },
  finalize: { verbs: ['update'] },
  log: { verbs: ['get'] },
  portforward: { kind: 'PodPortForwardOptions', verbs: CONNECTED },
  resize: { verbs: WRITTEN },
  scale: { kind: 'Scale', groupVersion: 'autoscaling/v1', verbs: WRITTEN },
  status: { verbs: WRITTEN },
  token: { kind: 'TokenRequest', groupVersion: 'authentication.k8s.io/v1', verbs: ['create'] },
}

/**
 * Clients look for a resource in this order of groups (kube-aggregator, the groups' priorities), so that `ingresses`
 * are those of networking.k8s.io and not of the group that they left.
 */
const GROUP_ORDER: readonly string[] = [
  '',
  'apps',
  'events.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'networking.k8s.io',
  'policy',
  'coordination.k8s.io',
  'discovery.k8s.io',
  'extensions',
]

/** All groups, in the order in which clients are to look for a resource. */
export const SERVED_GROUPS: readonly ServedGroup[] = servedGroups()

export function servedGroupVersion(groupVersion: string): ServedGroupVersion | undefined {
  return SERVED_GROUPS.flatMap(({ versions }) => versions).find(
    (version) => version.groupVersion === groupVersion,
  )
}

function servedGroups(): readonly ServedGroup[] {
  const versions = new Map<string, ServedResource[]>()
  const add = (groupVersion: string, resource: ServedResource) => {
    versions.set(groupVersion, [...(versions.get(groupVersion) ?? []), resource])
  }
  // The versions in which objects are stored come first: they are the preferred ones.
  const definitions = Object.keys(KINDS)
    .filter(isKindName)
    .map((kind) => KINDS[kind])
  for (const definition of definitions) add(definition.apiVersion, resourceOf(definition))
  for (const definition of definitions) {
    for (const { apiVersion, deprecation } of definition.otherVersions) {
      const resource = resourceOf(definition)
      // kubectl warns of every other resource that a short name could mean: not of one that is going.
      add(apiVersion, deprecation === undefined ? resource : { ...resource, shortNames: [] })
    }
  }
  for (const review of REVIEWS) add(review.groupVersion, reviewOf(review))
  const names = [...new Set([...versions.keys()].map(groupOf))]
  return names.toSorted(byGroupOrder).map((name) => ({
    name,
    versions: [...versions]
      .filter(([groupVersion]) => groupOf(groupVersion) === name)
      .map(([groupVersion, resources]) => ({
        groupVersion,
        resources: resources.toSorted(byName),
      })),
  }))
}

function resourceOf(definition: KindDefinition): ServedResource {
  const { kind, strategy } = definition
  const subresources = [...definition.subresources, ...(strategy.hasStatus ? ['status'] : [])]
  return {
    name: definition.plural,
    singular: definition.singular,
    kind,
    namespaced: definition.namespaced,
    verbs:
      strategy.deletedSingly === true ? VERBS.filter((verb) => verb !== 'deletecollection') : VERBS,
    shortNames: definition.shortNames,
    categories: definition.categories,
    subresources: subresources.toSorted().flatMap((name) => subresourceOf(name, kind)),
  }
}

function subresourceOf(name: string, kind: string): readonly ServedSubresource[] {
  // Each resource that can be proxied has options of its own.
  if (name === 'proxy') return [{ name, kind: `${kind}ProxyOptions`, verbs: PROXIED }]
  const known = SUBRESOURCES[name]
  return known === undefined ? [] : [{ kind, ...known, name }]
}

function reviewOf({ kind, plural, namespaced = false }: Review): ServedResource {
  return {
    name: plural,
    singular: kind.toLowerCase(),
    kind,
    namespaced,
    verbs: ['create'],
    shortNames: [],
    categories: [],
    subresources: [],
  }
}

function byGroupOrder(a: string, b: string): number {
  return rankOf(a) - rankOf(b) || (a < b ? -1 : 1)
}

function rankOf(group: string): number {
  const rank = GROUP_ORDER.indexOf(group)
  return rank < 0 ? GROUP_ORDER.length : rank
}

function byName(a: ServedResource, b: ServedResource): number {
  return a.name < b.name ? -1 : 1
}

function words(text: string): readonly string[] {
  return text.split(' ')
}
