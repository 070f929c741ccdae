import { definitionOf, isKind, type Kind, type ObjectOf } from '../api/kinds.ts'
import type { Container } from '../api/pod.ts'
import type { SourcedObject } from '../api/sourced-object.ts'

/** An object of one kind with its places. */
export interface Sourced<K extends Kind> extends SourcedObject {
  readonly object: ObjectOf<K>
}

export function ofKind<K extends Kind>(
  objects: readonly SourcedObject[],
  kind: K,
): readonly Sourced<K>[] {
  return objects.flatMap(({ object, locations }) =>
    isKind(object, kind) ? [{ object, locations }] : [],
  )
}

/** The containers of one of its lists that an object runs, and where that list is. */
export function containersOf(
  { object }: SourcedObject,
  list: 'containers' | 'initContainers' = 'containers',
): {
  readonly containers: readonly Container[]
  readonly pointer: string
} {
  const place = definitionOf(object)?.podSpec
  return {
    containers: place?.of(object)?.[list] ?? [],
    pointer: place === undefined ? '' : `${place.pointer}/${list}`,
  }
}
