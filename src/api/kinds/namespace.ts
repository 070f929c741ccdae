import { fill, mapField, type Fields } from '../defaults/fill.ts'
import type { Namespace } from '../core.ts'
import { defineKind } from '../kind-definition.ts'
import { NAMESPACE_TABLE } from '../printing/plain-tables.ts'
import { checkLabel } from '../validation/names.ts'

export const NAMESPACE = defineKind<Namespace>({
  kind: 'Namespace',
  apiVersion: 'v1',
  plural: 'namespaces',
  shortNames: ['ns'],
  namespaced: false,
  strategy: { hasStatus: true, newStatus: { phase: 'Active' }, answersDeleted: true },
  subresources: ['finalize'],
  checkName: checkLabel,
  selectableFields: ({ status }) => ({ 'status.phase': status?.phase ?? '' }),
  applyDefaults,
  table: NAMESPACE_TABLE,
})

function applyDefaults(namespace: Fields): Fields {
  const filled = fill(namespace, {
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  })
  return mapField(filled, 'metadata', (metadata) =>
    mapField(fill(metadata, { labels: {} }), 'labels', (labels) =>
      fill(labels, { 'kubernetes.io/metadata.name': metadata['name'] }),
    ),
  )
}
