import type { Pod } from '../../api/pod.ts'
import { compareTexts } from '../../base/compare-texts.ts'
import { goQuote } from './go-quote.ts'

/**
 * A field of a pod as a text, by the paths that a downward API file knows; undefined for another path.
 * https://kubernetes.io/docs/concepts/workloads/pods/downward-api/#downwardapi-fieldRef
 */
export function podField({ metadata }: Pod, path: string): string | undefined {
  const keyed = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path)
  if (keyed !== null) {
    const values = keyed[1] === 'labels' ? metadata.labels : metadata.annotations
    return ownValue(values, keyed[2] ?? '') ?? ''
  }
  switch (path) {
    case 'metadata.name':
      return metadata.name
    case 'metadata.namespace':
      return metadata.namespace ?? ''
    case 'metadata.uid':
      return metadata.uid ?? ''
    case 'metadata.labels':
      return formatMap(metadata.labels)
    case 'metadata.annotations':
      return formatMap(metadata.annotations)
    default:
      return undefined
  }
}

/** Not what every JavaScript object inherits: a key may be `constructor`. */
export function ownValue<T>(
  values: Readonly<Record<string, T>> | undefined,
  key: string,
): T | undefined {
  return values !== undefined && Object.hasOwn(values, key) ? values[key] : undefined
}

/** A line `key="value"` for each, by key. */
function formatMap(values: Readonly<Record<string, string>> = {}): string {
  return Object.entries(values)
    .toSorted(([a], [b]) => compareTexts(a, b))
    .map(([key, value]) => `${key}=${goQuote(value)}`)
    .join('\n')
}
