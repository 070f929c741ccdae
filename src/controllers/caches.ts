import type { Kind, ObjectOf } from '../api/kinds.ts'
import { controllerOf, type ApiObject } from '../api/meta.ts'
import { invariant } from '../base/invariant.ts'
import { SortedMap } from '../base/sorted-map.ts'
import type { Client } from '../client/client.ts'
import { newInformer, type Informer } from '../client/informer.ts'
import type { Clock } from '../world/clock.ts'

/** Kinds that a controller may look at. Events are written only. */
export type CachedKind = Exclude<Kind, 'Event'>
type AdoptableKind = 'Pod' | 'ReplicaSet'
/** Kinds of which controllers look at those of one namespace, again and again. */
type GroupedKind = 'Pod' | 'ReplicaSet' | 'Service' | 'PodDisruptionBudget'

/** One cache per kind, shared by all controllers; full before any of them starts. */
export interface Caches {
  /** The kinds that there is a cache of, sorted. */
  readonly kinds: readonly CachedKind[]
  of<K extends CachedKind>(kind: K): Informer<K>
  /** The objects of one namespace. Sorted by name. */
  within<K extends GroupedKind>(kind: K, namespace: string | undefined): readonly ObjectOf<K>[]
  /** Objects of the namespace that have no controller: somebody may adopt them. Sorted by name. */
  orphans<K extends AdoptableKind>(kind: K, namespace: string | undefined): readonly ObjectOf<K>[]
  stop(): void
}

/** Resolves when the caches of all `kinds` are full; rejects, with nothing running, when a list was refused. */
export async function startCaches(
  client: Client,
  clock: Clock,
  kinds: ReadonlySet<CachedKind>,
): Promise<Caches> {
  const sorted = [...kinds].toSorted()
  const informers = new Map<CachedKind, Informer<CachedKind>>()
  for (const kind of sorted) informers.set(kind, newInformer(client, clock, kind))
  const of = <K extends CachedKind>(kind: K): Informer<K> => {
    const informer = informers.get(kind)
    invariant(informer !== undefined, `no controller has asked for a cache of kind ${kind}`)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each kind has the informer of that kind
    return informer as unknown as Informer<K>
  }
  const indexOf = <K extends GroupedKind>(
    kind: K,
    belongs: (object: ObjectOf<K>) => boolean = () => true,
  ): NamespaceIndex<K> => (kinds.has(kind) ? indexByNamespace(of(kind), belongs) : new Map())
  const all: { readonly [K in GroupedKind]: NamespaceIndex<K> } = {
    Pod: indexOf('Pod'),
    ReplicaSet: indexOf('ReplicaSet'),
    Service: indexOf('Service'),
    PodDisruptionBudget: indexOf('PodDisruptionBudget'),
  }
  const orphans: { readonly [K in AdoptableKind]: NamespaceIndex<K> } = {
    Pod: indexOf('Pod', isOrphan),
    ReplicaSet: indexOf('ReplicaSet', isOrphan),
  }
  const stop = () => informers.forEach((informer) => informer.stop())
  try {
    for (const informer of informers.values()) await informer.start()
  } catch (error) {
    stop()
    throw error
  }
  return {
    kinds: sorted,
    of,
    within: (kind, namespace) => all[kind].get(namespace ?? '')?.list() ?? [],
    orphans: (kind, namespace) => orphans[kind].get(namespace ?? '')?.list() ?? [],
    stop,
  }
}

function isOrphan(object: ApiObject): boolean {
  return controllerOf(object) === undefined
}

type NamespaceIndex<K extends Kind> = ReadonlyMap<string, SortedMap<ObjectOf<K>>>

/** Those that belong, by namespace; kept up to date before any controller hears of a change. */
function indexByNamespace<K extends Kind>(
  informer: Informer<K>,
  belongs: (object: ObjectOf<K>) => boolean,
): NamespaceIndex<K> {
  const index = new Map<string, SortedMap<ObjectOf<K>>>()
  informer.onChange(({ key, current, previous }) => {
    const namespace = (current ?? previous)?.metadata.namespace ?? ''
    let objects = index.get(namespace)
    if (current !== undefined && belongs(current)) {
      if (objects === undefined) index.set(namespace, (objects = new SortedMap()))
      objects.set(key, current)
      return
    }
    objects?.delete(key)
    if (objects?.size === 0) index.delete(namespace)
  })
  return index
}
