import { ApiError } from '../api/api-error.ts'
import { fieldsOf } from '../base/fields.ts'
import { bindPod } from '../store/binding.ts'
import type { Store } from '../store/store.ts'
import { decodeSent } from './body-decoder.ts'
import { objectName } from './reading.ts'
import type { WriteQuery } from './request-options.ts'
import type { ResourcePath } from './request-path.ts'
import { badRequest } from './status-answer.ts'
import { inNamespace, type RequestBody } from './writing.ts'

const BINDING = { apiVersion: 'v1', other: undefined, definition: { kind: 'Binding' } } as const

export interface BindingContext {
  readonly store: Store
  readonly nowMs: number
}

/**
 * `pods/binding`: gives a pod to the node that the body names. Answers what its sender is to be warned of. Throws
 * ApiError.
 */
export function requestBinding(
  { store, nowMs }: BindingContext,
  path: ResourcePath,
  { dryRun, fieldValidation }: WriteQuery,
  body: RequestBody,
): readonly string[] {
  const { object, warnings } = decodeSent(body, BINDING, fieldValidation)
  const { name, uid = '', annotations } = inNamespace(object, path).metadata
  if (name !== path.name) {
    throw badRequest('name in URL does not match name in Binding object')
  }
  const { target } = fieldsOf(object)
  const nodeName = nodeOf(fieldsOf(target))
  bindPod(
    store,
    objectName(path),
    { nodeName, annotations: annotations ?? {}, nowMs, ...(uid === '' ? {} : { uid }) },
    // Kubernetes does not say who bound a pod.
    { dryRun },
  )
  return warnings
}

/** Kubernetes takes what is wrong with the target for a fault of its own (ValidatePodBinding). */
function nodeOf({ kind = '', name = '' }: Readonly<Record<string, unknown>>): string {
  const faults = [
    ...(kind === '' || kind === 'Node'
      ? []
      : [
          `target.kind: Unsupported value: ${JSON.stringify(kind)}: supported values: "Node", "<empty>"`,
        ]),
    ...(name === '' ? ['target.name: Required value'] : []),
  ]
  if (faults.length === 0) return String(name)
  throw new ApiError('Unknown', faults.length === 1 ? faults.join() : `[${faults.join(', ')}]`)
}
