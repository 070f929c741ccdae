import type { Kind, ObjectOf } from '../api/kinds.ts'
import { controllerOf } from '../api/meta.ts'
import { invariant } from '../base/invariant.ts'
import { SortedMap } from '../base/sorted-map.ts'
import type { Client } from '../client/client.ts'
import { newInformer, type Informer } from '../client/informer.ts'
import type { Clock } from '../world/clock.ts'

/** Kinds that a controller may look at. Events are written only. */
export type CachedKind = Exclude<Kind, 'Event'>
type AdoptableKind = 'Pod' | 'ReplicaSet'

/** One cache per kind, shared by all controllers; full before any of them starts. */
export interface Caches {
  /** The kinds that there is a cache of, sorted. */
  readonly kinds: readonly CachedKind[]
  of<K extends CachedKind>(kind: K): Informer<K>
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
  const byKind: { readonly [K in AdoptableKind]: SortedMap<ObjectOf<K>> } = {
    Pod: kinds.has('Pod') ? indexOrphans(of('Pod')) : new SortedMap(),
    ReplicaSet: kinds.has('ReplicaSet') ? indexOrphans(of('ReplicaSet')) : new SortedMap(),
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
    orphans: (kind, namespace) =>
      byKind[kind].list().filter(({ metadata }) => metadata.namespace === namespace),
    stop,
  }
}

function indexOrphans<K extends AdoptableKind>(informer: Informer<K>): SortedMap<ObjectOf<K>> {
  const orphans = new SortedMap<ObjectOf<K>>()
  informer.onChange(({ key, current }) => {
    if (current !== undefined && controllerOf(current) === undefined) orphans.set(key, current)
    else orphans.delete(key)
  })
  return orphans
}
