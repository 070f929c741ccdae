import type { Kind } from '../api/kinds.ts'

/** Kinds that a manifest may bring and the engine runs. */
export const RUN_KINDS: readonly Kind[] = [
  'Namespace',
  'ConfigMap',
  'Service',
  'Deployment',
  'ReplicaSet',
  'Pod',
]
