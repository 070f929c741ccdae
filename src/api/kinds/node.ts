import type { Node } from '../core.ts'
import { defaultNode } from '../defaults/node.ts'
import { defineKind } from '../kind-definition.ts'
import { NODE_TABLE } from '../printing/node-table.ts'
import { Field } from '../validation/field.ts'
import { validateNode, validateNodeUpdate } from '../validation/node.ts'
import { warnOfNode } from '../warnings/plain-kinds.ts'

export const NODE = defineKind<Node>({
  kind: 'Node',
  apiVersion: 'v1',
  plural: 'nodes',
  shortNames: ['no'],
  namespaced: false,
  // A kubelet registers its Node with the status.
  strategy: {
    hasStatus: true,
    storagePath: 'minions',
    checkStatus: (next, previous) => validateNodeUpdate(new Field(next), new Field(previous)),
  },
  updateSteps: ['metadata', 'object', 'metadata-change', 'change'],
  selectableFields: ({ spec }) => ({ 'spec.unschedulable': String(spec?.unschedulable ?? false) }),
  applyDefaults: defaultNode,
  validate: (node) => validateNode(new Field(node)),
  validateUpdate: (next, previous) => validateNodeUpdate(new Field(next), new Field(previous)),
  warnings: warnOfNode,
  table: NODE_TABLE,
})
