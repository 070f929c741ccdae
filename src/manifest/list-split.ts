import type { YamlDocument } from './yaml-reader.ts'

/** The items of a `kind: List` (or `DeploymentList`), each as a document of its own; any other document as it is. */
export function splitList(document: YamlDocument): readonly YamlDocument[] {
  const items = itemsOf(document.value)
  if (items === undefined) return [document]
  const locations = byItem(document.locations)
  const keyLocations = byItem(document.keyLocations)
  const spellings = byItem(document.spellings)
  return items.map((value, index) => ({
    value,
    locations: Object.fromEntries(locations.get(String(index)) ?? []),
    keyLocations: Object.fromEntries(keyLocations.get(String(index)) ?? []),
    spellings: Object.fromEntries(spellings.get(String(index)) ?? []),
  }))
}

function itemsOf(value: unknown): readonly unknown[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { kind, items } = value as { readonly kind?: unknown; readonly items?: unknown }
  return typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items)
    ? items
    : undefined
}

/** Entries below `/items/N`, by N, with the pointers that the item itself has. */
function byItem<T>(values: Readonly<Record<string, T>>): Map<string, [string, T][]> {
  const found = new Map<string, [string, T][]>()
  for (const [pointer, value] of Object.entries(values)) {
    const [, index, rest = ''] = /^\/items\/(\d+)(.*)$/s.exec(pointer) ?? []
    if (index === undefined) continue
    const entries = found.get(index) ?? []
    entries.push([rest, value])
    found.set(index, entries)
  }
  return found
}
