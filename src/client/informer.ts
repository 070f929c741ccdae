// Written by the client room; this is its contract.
import type { Clock } from '../world/clock.ts'
import type { Kind, ObjectOf } from '../api/kinds.ts'
import type { Client, ListOptions } from './client.ts'

/** Told after the cache has changed; `current` is undefined when the object is gone. */
export type ChangeListener<K extends Kind> = (change: {
  readonly key: string
  readonly current: ObjectOf<K> | undefined
  readonly previous: ObjectOf<K> | undefined
}) => void

/** A local copy of all objects of a kind, kept up to date by list and watch. */
export interface Informer<K extends Kind> {
  readonly kind: K
  /** Undefined when there is none (any more). Key: `namespace/name`, or the name. */
  get(key: string): ObjectOf<K> | undefined
  /** Sorted by key. */
  list(): readonly ObjectOf<K>[]
  /** Also called once for every object that is already there. */
  onChange(listener: ChangeListener<K>): void
  /** Resolves when the first list is in the cache. */
  start(): Promise<void>
  stop(): void
}

export type NewInformer = <K extends Kind>(
  client: Client,
  clock: Clock,
  kind: K,
  options?: ListOptions,
) => Informer<K>
