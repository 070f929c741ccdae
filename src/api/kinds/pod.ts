import { fill, mapField } from '../defaults/fill.ts'
import { defaultPodSpec } from '../defaults/pod-spec.ts'
import { defineKind, type ObjectWithParts } from '../kind-definition.ts'
import type { Pod } from '../pod.ts'
import { POD_TABLE } from '../printing/pod-table.ts'
import { SPEC } from '../validation/fault.ts'
import { validatePodSpec } from '../validation/pod-spec.ts'
import { validatePodUpdate } from '../validation/update.ts'

export const POD = defineKind<Pod>({
  kind: 'Pod',
  apiVersion: 'v1',
  plural: 'pods',
  shortNames: ['po'],
  categories: ['all'],
  namespaced: true,
  strategy: {
    hasStatus: true,
    newStatus: { phase: 'Pending' },
    answersDeleted: true,
    raisesGeneration: (next, previous) => next.spec !== previous.spec && !isBinding(next, previous),
  },
  subresources: ['attach', 'binding', 'eviction', 'exec', 'log', 'portforward', 'proxy'],
  applyDefaults: (pod) =>
    mapField(pod, 'spec', (spec) => defaultPodSpec(fill(spec, { enableServiceLinks: true }))),
  validate: ({ spec }) => validatePodSpec(spec, SPEC),
  validateUpdate: (next, previous) => validatePodUpdate(next.spec, previous.spec, SPEC),
  table: POD_TABLE,
})

/** Kubernetes assigns a Pod to its Node by a subresource of its own, which raises no generation. */
function isBinding(next: ObjectWithParts, previous: ObjectWithParts): boolean {
  return nodeNameOf(previous) === undefined && nodeNameOf(next) !== undefined
}

function nodeNameOf({ spec }: ObjectWithParts): unknown {
  return spec !== undefined && 'nodeName' in spec ? spec.nodeName : undefined
}
