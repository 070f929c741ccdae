import type { Kind, ObjectOf } from '../api/kinds.ts'
import { controllerOf } from '../api/meta.ts'
import { SortedMap } from '../base/sorted-map.ts'
import type { Client } from '../client/client.ts'
import { newInformer, type Informer } from '../client/informer.ts'
import type { Clock } from '../world/clock.ts'

/** Kinds that a controller looks at. Events are written only. */
export const CACHED_KINDS = [
  'Deployment',
  'ReplicaSet',
  'Pod',
  'Service',
  'EndpointSlice',
  'ConfigMap',
  'Node',
] as const satisfies readonly Kind[]

export type CachedKind = (typeof CACHED_KINDS)[number]
type AdoptableKind = 'Pod' | 'ReplicaSet'

/** One cache per kind, shared by all controllers; full before any of them starts. */
export interface Caches {
  of<K extends CachedKind>(kind: K): Informer<K>
  /** Objects of the namespace that have no controller: somebody may adopt them. Sorted by name. */
  orphans<K extends AdoptableKind>(kind: K, namespace: string | undefined): readonly ObjectOf<K>[]
  stop(): void
}

/** Resolves when all caches are full; rejects, with nothing running, when a list was refused. */
export async function startCaches(client: Client, clock: Clock): Promise<Caches> {
  const informers: { readonly [K in CachedKind]: Informer<K> } = {
    Deployment: newInformer(client, clock, 'Deployment'),
    ReplicaSet: newInformer(client, clock, 'ReplicaSet'),
    Pod: newInformer(client, clock, 'Pod'),
    Service: newInformer(client, clock, 'Service'),
    EndpointSlice: newInformer(client, clock, 'EndpointSlice'),
    ConfigMap: newInformer(client, clock, 'ConfigMap'),
    Node: newInformer(client, clock, 'Node'),
  }
  const orphans: { readonly [K in AdoptableKind]: SortedMap<ObjectOf<K>> } = {
    Pod: indexOrphans(informers.Pod),
    ReplicaSet: indexOrphans(informers.ReplicaSet),
  }
  const stop = () => CACHED_KINDS.forEach((kind) => informers[kind].stop())
  try {
    for (const kind of CACHED_KINDS) await informers[kind].start()
  } catch (error) {
    stop()
    throw error
  }
  return {
    of: (kind) => informers[kind],
    orphans: (kind, namespace) =>
      orphans[kind].list().filter(({ metadata }) => metadata.namespace === namespace),
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
