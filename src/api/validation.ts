import { ApiError } from './api-error.ts'
import { isKind, type Kind } from './kinds.ts'
import type { ApiObject } from './meta.ts'
import { validateConfigMap } from './validation/config-map.ts'
import { FieldPath, invalid, type FieldFault } from './validation/fault.ts'
import { validateMetadata } from './validation/metadata.ts'
import { checkDns1035, checkLabel, checkSubdomain } from './validation/names.ts'
import { validatePodSpec } from './validation/pod-spec.ts'
import { validateServiceSpec } from './validation/service.ts'
import {
  validateConfigMapUpdate,
  validatePodUpdate,
  validateSelectorUpdate,
  validateServiceUpdate,
} from './validation/update.ts'
import { validateDeploymentSpec, validateReplicaSetSpec } from './validation/workload.ts'

export type { FieldFault } from './validation/fault.ts'

const ROOT = new FieldPath()
const SPEC = ROOT.child('spec')

/**
 * What Kubernetes refuses in an object, in its words; nothing when it accepts it. Fields must have
 * the types of their schema (`checkSchema` tells) and defaults must be filled in (`applyDefaults`).
 * Of kinds that the engine does not run, only the metadata is looked at.
 * Compared with Kubernetes 1.34 in validation.test.ts.
 */
export function validateObject(object: ApiObject): readonly FieldFault[] {
  const metadata = ROOT.child('metadata')
  const check = nameGrammar(object)
  return [...validateMetadata(object.metadata, metadata, check), ...validateContent(object)]
}

/** What Kubernetes refuses in the change from one object to the other, faults of the new one included. */
export function validateUpdate(newObject: ApiObject, oldObject: ApiObject): readonly FieldFault[] {
  return [...validateObject(newObject), ...validateChange(newObject, oldObject)]
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
  )
}

function nameGrammar(object: ApiObject): (name: string) => readonly string[] {
  if (isKind(object, 'Namespace')) return checkLabel
  if (isKind(object, 'Service')) return checkDns1035
  const isRun = KIND_NAMES.some((kind) => isKind(object, kind))
  // Roles may hold a colon, and a custom resource obeys rules of its own: only what no kind allows.
  return isRun ? checkSubdomain : checkPathSegment
}

const KIND_NAMES: readonly Kind[] = [
  'Node',
  'Pod',
  'EndpointSlice',
  'ConfigMap',
  'Event',
  'Deployment',
  'ReplicaSet',
]

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#path-segment-names */
function checkPathSegment(name: string): readonly string[] {
  if (name === '.' || name === '..') return [`may not be '${name}'`]
  return ['/', '%'].filter((part) => name.includes(part)).map((part) => `may not contain '${part}'`)
}

function validateContent(object: ApiObject): readonly FieldFault[] {
  if (isKind(object, 'Deployment')) return validateDeploymentSpec(object.spec, SPEC)
  if (isKind(object, 'ReplicaSet')) return validateReplicaSetSpec(object.spec, SPEC)
  if (isKind(object, 'Pod')) return validatePodSpec(object.spec, SPEC)
  if (isKind(object, 'Service')) return validateServiceSpec(object.spec, SPEC)
  return isKind(object, 'ConfigMap') ? validateConfigMap(object, ROOT) : []
}

function validateChange(next: ApiObject, previous: ApiObject): readonly FieldFault[] {
  return [...validateIdentity(next, previous), ...validateContentChange(next, previous)]
}

function validateIdentity(next: ApiObject, previous: ApiObject): readonly FieldFault[] {
  return (['name', 'namespace', 'uid'] as const).flatMap((field) => {
    const [before, after] = [previous.metadata[field], next.metadata[field]]
    if (before === undefined || after === undefined || before === after) return []
    return [invalid(ROOT.child('metadata', field), after, 'field is immutable')]
  })
}

function validateContentChange(next: ApiObject, previous: ApiObject): readonly FieldFault[] {
  const selector = SPEC.child('selector')
  if (isKind(next, 'Deployment') && isKind(previous, 'Deployment')) {
    return validateSelectorUpdate(next.spec.selector, previous.spec.selector, selector)
  }
  if (isKind(next, 'ReplicaSet') && isKind(previous, 'ReplicaSet')) {
    return validateSelectorUpdate(next.spec.selector, previous.spec.selector, selector)
  }
  if (isKind(next, 'Pod') && isKind(previous, 'Pod')) {
    return validatePodUpdate(next.spec, previous.spec, SPEC)
  }
  if (isKind(next, 'Service') && isKind(previous, 'Service')) {
    return validateServiceUpdate(next.spec, previous.spec, SPEC)
  }
  return isKind(next, 'ConfigMap') && isKind(previous, 'ConfigMap')
    ? validateConfigMapUpdate(next, previous, ROOT)
    : []
}
