import { compareTexts } from '../../base/compare-texts.ts'
import { ApiError, type StatusCause } from '../api-error.ts'
import { difference, isEmptySet, printPaths, type FieldSet } from './field-set.ts'
import type { Owner } from './ownership.ts'

/** Fields that an applier wants otherwise than the one who has them. */
export interface Conflict {
  readonly owner: Owner
  readonly fields: FieldSet
}

/** Without those fields; conflicts of which nothing is left are gone. */
export function conflictsBesides(
  conflicts: readonly Conflict[],
  allowed: FieldSet,
): readonly Conflict[] {
  return conflicts
    .map(({ owner, fields }) => ({ owner, fields: difference(fields, allowed) }))
    .filter(({ fields }) => !isEmptySet(fields))
}

/**
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts
 * Kubernetes names the managers in any order in its causes; here they are sorted as in its message.
 */
export function conflictError(conflicts: readonly Conflict[]): ApiError {
  const sorted = conflicts.toSorted((a, b) => compareTexts(a.owner.id, b.owner.id))
  const listed = sorted.map(({ owner, fields }) => ({
    name: printOwner(owner),
    paths: printPaths(fields),
  }))
  const causes = listed.flatMap(({ name, paths }) =>
    paths.map((field): StatusCause => ({
      reason: 'FieldManagerConflict',
      message: `conflict with ${name}`,
      field,
    })),
  )
  const [only] = causes
  const message =
    causes.length === 1 && only !== undefined
      ? `Apply failed with 1 conflict: ${only.message}: ${only.field ?? ''}`
      : `Apply failed with ${causes.length} conflicts: ${listed
          .flatMap(({ name, paths }) => [
            `conflicts with ${name}:`,
            ...paths.map((path) => `- ${path}`),
          ])
          .join('\n')}`
  return new ApiError('Conflict', message, causes)
}

function printOwner({ manager, operation, apiVersion, subresource }: Owner): string {
  const name = JSON.stringify(manager)
  const whole = subresource ? `${name} with subresource ${JSON.stringify(subresource)}` : name
  return operation === 'Update' ? `${whole} using ${apiVersion}` : whole
}
