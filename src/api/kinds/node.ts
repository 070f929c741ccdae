import type { Node } from '../core.ts'
import { defineKind } from '../kind-definition.ts'
import { NODE_TABLE } from '../printing/node-table.ts'

export const NODE = defineKind<Node>({
  kind: 'Node',
  apiVersion: 'v1',
  plural: 'nodes',
  shortNames: ['no'],
  namespaced: false,
  // A kubelet registers its Node with the status.
  strategy: { hasStatus: true, storagePath: 'minions' },
  selectableFields: ({ spec }) => ({ 'spec.unschedulable': String(spec?.unschedulable ?? false) }),
  table: NODE_TABLE,
})
