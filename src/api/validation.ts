import { ApiError } from './api-error.ts'
import type { KindDefinition, UpdateStep } from './kind-definition.ts'
import { definitionOf } from './kinds.ts'
import type { ApiObject } from './meta.ts'
import { invalid, ROOT, type FieldFault } from './validation/fault.ts'
import {
  validateMetadata,
  validateMetadataAgain,
  type MetadataRules,
} from './validation/metadata.ts'
import { checkPathSegment } from './validation/names.ts'

export type { FieldFault } from './validation/fault.ts'

const METADATA = ROOT.child('metadata')

/**
 * What Kubernetes refuses in an object, in its words; nothing when it accepts it. Fields must have
 * the types of their schema (`checkSchema` tells) and defaults must be filled in (`applyDefaults`).
 * Of kinds that the engine does not serve, only the metadata is looked at.
 * Compared with Kubernetes 1.34 in validation.test.ts.
 */
export function validateObject(object: ApiObject): readonly FieldFault[] {
  const definition = definitionOf(object)
  const metadata = (): readonly FieldFault[] =>
    validateMetadata(object.metadata, METADATA, rulesOf(definition))
  if (definition === undefined) return metadata()
  const faults = [...definition.validate(object), ...definition.validateNew(object)]
  if (definition.metadataCheck !== 'common') return [...metadata(), ...faults]
  return faults.length > 0 ? faults : metadata()
}

/**
 * What Kubernetes refuses in the change from one object to the other, faults of the new one included. Faults of the
 * metadata come several times: it is looked at by the code that all kinds have in common and by that of the kind.
 */
export function validateUpdate(newObject: ApiObject, oldObject: ApiObject): readonly FieldFault[] {
  const definition = definitionOf(newObject)
  const { metadata } = newObject
  const rules = rulesOf(definition)
  const commonRules = { ...rules, checkName: checkPathSegment, knowsFinalizers: false }
  const common = validateMetadata(metadata, METADATA, commonRules)
  const change = [
    ...validateIdentity(newObject, oldObject),
    ...validateMetadataAgain(metadata, METADATA, commonRules),
  ]
  if (definition === undefined) return [...common, ...change]
  const steps: Readonly<Record<UpdateStep, () => readonly FieldFault[]>> = {
    'metadata-change': () => validateMetadataAgain(metadata, METADATA, rules),
    metadata: () => validateMetadata(metadata, METADATA, rules),
    object: () => definition.validate(newObject),
    change: () => definition.validateUpdate(newObject, oldObject),
  }
  return [...common, ...change, ...definition.updateSteps.flatMap((step) => steps[step]())]
}

/**
 * What Kubernetes refuses in a write of the status, which may change the metadata too: the spec is the one that is there,
 * and nobody looks at it again.
 */
export function validateStatusUpdate(
  newObject: ApiObject,
  oldObject: ApiObject,
): readonly FieldFault[] {
  const { checkStatus } = definitionOf(newObject)?.strategy ?? {}
  return [
    ...validateChangedMetadata(newObject, oldObject),
    ...(checkStatus?.({ ...newObject }, { ...oldObject }) ?? []),
  ]
}

/** The same of the subresource `finalize`. */
export function validateFinalizeUpdate(
  newObject: ApiObject,
  oldObject: ApiObject,
): readonly FieldFault[] {
  const { checkFinalize } = definitionOf(newObject)?.strategy ?? {}
  return [
    ...validateChangedMetadata(newObject, oldObject),
    ...(checkFinalize?.({ ...newObject }) ?? []),
  ]
}

/** Metadata that is the very same is known to be well. */
function validateChangedMetadata(
  newObject: ApiObject,
  oldObject: ApiObject,
): readonly FieldFault[] {
  const { metadata } = newObject
  if (metadata === oldObject.metadata) return []
  const definition = definitionOf(newObject)
  const rules = rulesOf(definition)
  const commonRules = { ...rules, checkName: checkPathSegment, knowsFinalizers: false }
  const isOwn = definition !== undefined && definition.metadataCheck !== 'common'
  return [
    ...validateMetadata(metadata, METADATA, commonRules),
    ...validateIdentity(newObject, oldObject),
    ...validateMetadataAgain(metadata, METADATA, commonRules),
    ...(isOwn ? validateMetadataAgain(metadata, METADATA, rules) : []),
  ]
}

/** What a kind says of its metadata; roles may hold a colon, and a custom resource obeys rules of its own. */
function rulesOf(definition: KindDefinition | undefined): MetadataRules {
  if (definition === undefined) {
    return { checkName: checkPathSegment, namespaced: undefined, knowsFinalizers: false }
  }
  const { metadataCheck, namespaced } = definition
  return {
    checkName: metadataCheck === 'common' ? checkPathSegment : (name) => definition.checkName(name),
    namespaced,
    knowsFinalizers: metadataCheck === 'own',
  }
}

/** The answer to a request with such an object: `Deployment.apps "web" is invalid: …` */
export function invalidObjectError(object: ApiObject, faults: readonly FieldFault[]): ApiError {
  const [group] = object.apiVersion.includes('/') ? object.apiVersion.split('/') : []
  const subject = `${object.kind}${group === undefined ? '' : `.${group}`}`
  const lines = [...new Set(faults.map(({ path, message }) => `${path}: ${message}`))]
  const list = lines.length === 1 ? lines.join('') : `[${lines.join(', ')}]`
  return new ApiError(
    'Invalid',
    `${subject} ${JSON.stringify(object.metadata.name ?? '')} is invalid: ${list}`,
    faults.map(({ path, reason, message }) => ({ field: path, reason, message })),
    {
      name: object.metadata.name,
      kind: object.kind,
      ...(group === undefined ? {} : { group }),
    },
  )
}

function validateIdentity(next: ApiObject, previous: ApiObject): readonly FieldFault[] {
  return (['name', 'namespace', 'uid'] as const).flatMap((field) => {
    const [before, after] = [previous.metadata[field], next.metadata[field]]
    if (before === undefined || after === undefined || before === after) return []
    return [invalid(METADATA.child(field), after, 'field is immutable')]
  })
}
