import { ApiError } from './api-error.ts'
import { definitionOf } from './kinds.ts'
import type { ApiObject } from './meta.ts'
import { invalid, ROOT, type FieldFault } from './validation/fault.ts'
import { validateMetadata } from './validation/metadata.ts'

export type { FieldFault } from './validation/fault.ts'

/**
 * What Kubernetes refuses in an object, in its words; nothing when it accepts it. Fields must have
 * the types of their schema (`checkSchema` tells) and defaults must be filled in (`applyDefaults`).
 * Of kinds that the engine does not serve, only the metadata is looked at.
 * Compared with Kubernetes 1.34 in validation.test.ts.
 */
export function validateObject(object: ApiObject): readonly FieldFault[] {
  const metadata = ROOT.child('metadata')
  const definition = definitionOf(object)
  // Roles may hold a colon, and a custom resource obeys rules of its own: only what no kind allows.
  const checkName = definition?.checkName ?? checkPathSegment
  return [
    ...validateMetadata(object.metadata, metadata, checkName),
    ...(definition?.validate(object) ?? []),
  ]
}

/** What Kubernetes refuses in the change from one object to the other, faults of the new one included. */
export function validateUpdate(newObject: ApiObject, oldObject: ApiObject): readonly FieldFault[] {
  return [
    ...validateObject(newObject),
    ...validateIdentity(newObject, oldObject),
    ...(definitionOf(newObject)?.validateUpdate(newObject, oldObject) ?? []),
  ]
}

/** The answer to a request with such an object: `Deployment.apps "web" is invalid: …` */
export function invalidObjectError(object: ApiObject, faults: readonly FieldFault[]): ApiError {
  const [group] = object.apiVersion.includes('/') ? object.apiVersion.split('/') : []
  const subject = `${object.kind}${group === undefined ? '' : `.${group}`}`
  const lines = [...new Set(faults.map(({ path, message }) => `${path}: ${message}`))]
  const list = lines.length === 1 ? lines.join('') : `[${lines.join(', ')}]`
  return new ApiError(
    'Invalid',
    `${subject} ${JSON.stringify(object.metadata.name)} is invalid: ${list}`,
    faults.map(({ path, reason, message }) => ({ field: path, reason, message })),
    {
      name: object.metadata.name,
      kind: object.kind,
      ...(group === undefined ? {} : { group }),
    },
  )
}

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#path-segment-names */
function checkPathSegment(name: string): readonly string[] {
  if (name === '.' || name === '..') return [`may not be '${name}'`]
  return ['/', '%'].filter((part) => name.includes(part)).map((part) => `may not contain '${part}'`)
}

function validateIdentity(next: ApiObject, previous: ApiObject): readonly FieldFault[] {
  return (['name', 'namespace', 'uid'] as const).flatMap((field) => {
    const [before, after] = [previous.metadata[field], next.metadata[field]]
    if (before === undefined || after === undefined || before === after) return []
    return [invalid(ROOT.child('metadata', field), after, 'field is immutable')]
  })
}
