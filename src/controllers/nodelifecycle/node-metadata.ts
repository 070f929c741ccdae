import type { Node } from '../../api/core.ts'

/** Labels that have an older name beside them, with the same value (pkg/controller/nodelifecycle). */
const OLDER_NAMES: Readonly<Record<string, string>> = {
  'kubernetes.io/os': 'beta.kubernetes.io/os',
  'kubernetes.io/arch': 'beta.kubernetes.io/arch',
}

/** For how many seconds kubelets may keep Secrets and ConfigMaps: none, in a cluster of up to 100 nodes (pkg/controller/ttl). */
const TTL = 'node.alpha.kubernetes.io/ttl'
const TTL_SECONDS = '0'

/** The merge patch by which controllers complete a node's metadata; undefined when nothing is missing. */
export function missingMetadata({ metadata }: Node): Readonly<Record<string, unknown>> | undefined {
  const { labels = {}, annotations = {} } = metadata
  const older = Object.entries(OLDER_NAMES).flatMap(([name, olderName]) => {
    const value = labels[name]
    return value === undefined || labels[olderName] === value ? [] : [[olderName, value] as const]
  })
  const hasTtl = annotations[TTL] === TTL_SECONDS
  if (older.length === 0 && hasTtl) return undefined
  return {
    metadata: {
      ...(older.length === 0 ? {} : { labels: Object.fromEntries(older) }),
      ...(hasTtl ? {} : { annotations: { [TTL]: TTL_SECONDS } }),
    },
  }
}
