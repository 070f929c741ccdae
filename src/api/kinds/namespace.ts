import { isFields, type Fields } from '../../base/fields.ts'
import { fill, mapField } from '../defaults/fill.ts'
import type { Namespace } from '../core.ts'
import { defineKind } from '../kind-definition.ts'
import { NAMESPACE_TABLE } from '../printing/plain-tables.ts'
import { invalid, ROOT, type FieldFault } from '../validation/fault.ts'
import { checkLabel } from '../validation/names.ts'
import { Field } from '../validation/field.ts'
import { validateFinalize, validateNamespace } from '../validation/namespace.ts'

const FINALIZER = 'kubernetes'
const NAME_LABEL = 'kubernetes.io/metadata.name'

export const NAMESPACE = defineKind<Namespace>({
  kind: 'Namespace',
  apiVersion: 'v1',
  plural: 'namespaces',
  shortNames: ['ns'],
  namespaced: false,
  strategy: {
    hasStatus: true,
    newStatus: { phase: 'Active' },
    answersDeleted: true,
    immortal: ['default', 'kube-system', 'kube-public'],
    deletedSingly: true,
    ownerlessDefaults: ['finalizers'],
    isEmptied: (namespace) => finalizersOf({ ...namespace }).length === 0,
    prepareNew: withFinalizer,
    prepareUpdate: keepFinalizers,
    checkStatus,
    checkFinalize: (namespace) => validateFinalize(new Field(namespace)),
  },
  updateSteps: ['metadata', 'object', 'metadata-change'],
  subresources: ['finalize'],
  checkName: checkLabel,
  selectableFields: ({ status }) => ({ 'status.phase': status?.phase ?? '' }),
  applyDefaults,
  validate: (namespace) => validateNamespace(new Field(namespace)),
  table: NAMESPACE_TABLE,
  runsFromManifest: true,
})

function applyDefaults(namespace: Fields): Fields {
  const filled = fill(namespace, {
    spec: { finalizers: [FINALIZER] },
    status: { phase: 'Active' },
  })
  return mapField(filled, 'metadata', withNameLabel)
}

function withNameLabel(metadata: Fields): Fields {
  const { name } = metadata
  if (name === undefined || name === '') return metadata
  return mapField(fill(metadata, { labels: {} }), 'labels', (labels) =>
    labels[NAME_LABEL] === name ? labels : { ...labels, [NAME_LABEL]: name },
  )
}

/** It is not for a client to say that a namespace ends. */
function checkStatus({ metadata, status }: Fields): readonly FieldFault[] {
  const isGoing = isFields(metadata) && metadata['deletionTimestamp'] !== undefined
  const phase = isFields(status) ? (status['phase'] ?? '') : ''
  const at = ROOT.child('status', 'Phase')
  if (isGoing && phase !== 'Terminating') {
    return [invalid(at, phase, "may only be 'Terminating' if `deletionTimestamp` is not empty")]
  }
  if (!isGoing && phase !== 'Active') {
    return [invalid(at, phase, "may only be 'Active' if `deletionTimestamp` is empty")]
  }
  return []
}

/** The namespace controller has to empty every namespace before it goes. */
function withFinalizer(namespace: Fields): Fields {
  const finalizers = finalizersOf(namespace)
  if (finalizers.includes(FINALIZER)) return namespace
  return mapField(fill(namespace, { spec: {} }), 'spec', (spec) => ({
    ...spec,
    finalizers: [...finalizers, FINALIZER],
  }))
}

/** They change through their subresource only. */
function keepFinalizers(next: Fields, previous: Fields): Fields {
  const finalizers = finalizersOf(previous)
  return mapField(fill(next, { spec: {} }), 'spec', ({ finalizers: _new, ...spec }) =>
    finalizers.length === 0 ? spec : { ...spec, finalizers },
  )
}

function finalizersOf({ spec }: Fields): readonly unknown[] {
  const finalizers = isFields(spec) ? spec['finalizers'] : undefined
  return Array.isArray(finalizers) ? finalizers : []
}
