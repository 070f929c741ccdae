import { ApiError } from './api-error.ts'
import type { ConfigMap } from './core.ts'
import { KINDS } from './kinds.ts'
import type { ApiObject } from './meta.ts'
import { validateConfigMap } from './validation/config-map.ts'
import { FieldPath, invalid, type Draft, type FieldFault } from './validation/fault.ts'
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

export type { FieldFault, FaultReason } from './validation/fault.ts'

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

function nameGrammar({ apiVersion, kind }: ApiObject): (name: string) => readonly string[] {
  if (apiVersion === KINDS.Namespace.apiVersion && kind === 'Namespace') return checkLabel
  if (apiVersion === KINDS.Service.apiVersion && kind === 'Service') return checkDns1035
  // Roles may hold a colon, and a custom resource obeys rules of its own: only what no kind allows.
  return isKnown(apiVersion, kind) ? checkSubdomain : checkPathSegment
}

function isKnown(apiVersion: string, kind: string): boolean {
  return Object.entries(KINDS).some(
    ([name, facts]) => name === kind && facts.apiVersion === apiVersion,
  )
}

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#path-segment-names */
function checkPathSegment(name: string): readonly string[] {
  if (name === '.' || name === '..') return [`may not be '${name}'`]
  return ['/', '%'].filter((part) => name.includes(part)).map((part) => `may not contain '${part}'`)
}

function validateContent(object: ApiObject): readonly FieldFault[] {
  const { spec } = object as ApiObject & { readonly spec?: object }
  switch (`${object.apiVersion}/${object.kind}`) {
    case 'apps/v1/Deployment':
      return validateDeploymentSpec(spec, SPEC)
    case 'apps/v1/ReplicaSet':
      return validateReplicaSetSpec(spec, SPEC)
    case 'v1/Pod':
      return validatePodSpec(spec, SPEC)
    case 'v1/Service':
      return validateServiceSpec(spec, SPEC)
    case 'v1/ConfigMap':
      return validateConfigMap(object as Draft<ConfigMap>, ROOT)
    default:
      return []
  }
}

function validateChange(newObject: ApiObject, oldObject: ApiObject): readonly FieldFault[] {
  const next = newObject as ApiObject & { readonly spec?: Record<string, unknown> }
  const previous = oldObject as ApiObject & { readonly spec?: Record<string, unknown> }
  const moved = (['name', 'namespace', 'uid'] as const).filter((field) => {
    const [before, after] = [previous.metadata[field], next.metadata[field]]
    return before !== undefined && after !== undefined && before !== after
  })
  const identity = moved.map((field) =>
    invalid(ROOT.child('metadata', field), next.metadata[field], 'field is immutable'),
  )
  switch (`${newObject.apiVersion}/${newObject.kind}`) {
    case 'apps/v1/Deployment':
    case 'apps/v1/ReplicaSet':
      return [
        ...identity,
        ...validateSelectorUpdate(
          next.spec?.['selector'] as object | undefined,
          previous.spec?.['selector'] as object | undefined,
          SPEC.child('selector'),
        ),
      ]
    case 'v1/Pod':
      return [...identity, ...validatePodUpdate(next.spec, previous.spec, SPEC)]
    case 'v1/Service':
      return [...identity, ...validateServiceUpdate(next.spec, previous.spec, SPEC)]
    case 'v1/ConfigMap':
      return [
        ...identity,
        ...validateConfigMapUpdate(next as Draft<ConfigMap>, previous as Draft<ConfigMap>, ROOT),
      ]
    default:
      return identity
  }
}
