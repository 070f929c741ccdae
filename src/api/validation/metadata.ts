import type { Labels, ObjectMeta, OwnerReference } from '../meta.ts'
import {
  forbidden,
  invalid,
  invalidAll,
  required,
  tooLong,
  type Draft,
  type FieldFault,
  type FieldPath,
} from './fault.ts'
import {
  asPrefix,
  checkLabel,
  checkLabelValue,
  checkNotNegative,
  checkQualifiedName,
} from './names.ts'

/** All annotations of an object together. */
export const ANNOTATION_BYTES_MAX = 256 * 1024

const ORPHAN = 'orphan'
const FOREGROUND = 'foregroundDeletion'

/**
 * Each owner that is a controller too many is told with the list of all of them, as Kubernetes does; with many owners that
 * would be the square of what was sent. The first few say it all.
 */
const CONTROLLERS_TOLD_MAX = 8

/** What the kind of the object says of its metadata. */
export interface MetadataRules {
  readonly checkName: (name: string) => readonly string[]
  /** Undefined where it is not known: a custom resource. */
  readonly namespaced: boolean | undefined
  /** Whether a finalizer without a domain has to be one of Kubernetes' own; what no kind's own code looks at may be any. */
  readonly knowsFinalizers: boolean
}

/** apimachinery/pkg/api/validation/objectmeta.go. */
export function validateMetadata(
  metadata: Draft<ObjectMeta> | undefined,
  at: FieldPath,
  { checkName, namespaced, knowsFinalizers }: MetadataRules,
): readonly FieldFault[] {
  const { generateName = '', namespace = '', generation = 0 } = metadata ?? {}
  const finalizers = (metadata?.finalizers ?? []).map((name) => name ?? '')
  return [
    ...(generateName === ''
      ? []
      : invalidAll(at.child('generateName'), generateName, checkName(asPrefix(generateName)))),
    ...validateName(metadata, at.child('name'), checkName),
    ...validateNamespace(namespace, namespaced, at.child('namespace')),
    ...invalidAll(at.child('generation'), generation, checkNotNegative(generation)),
    ...validateLabels(metadata?.labels, at.child('labels')),
    ...validateAnnotations(metadata?.annotations, at.child('annotations')),
    ...validateOwners(metadata?.ownerReferences ?? [], at.child('ownerReferences')),
    ...validateFinalizers(finalizers, at.child('finalizers')),
    ...(knowsFinalizers ? validateKnownFinalizers(finalizers, at.child('finalizers')) : []),
  ]
}

/** What is looked at again when the metadata changes (ValidateObjectMetaAccessorUpdate). */
export function validateMetadataAgain(
  metadata: Draft<ObjectMeta> | undefined,
  at: FieldPath,
  { knowsFinalizers }: Pick<MetadataRules, 'knowsFinalizers'>,
): readonly FieldFault[] {
  const finalizers = (metadata?.finalizers ?? []).map((name) => name ?? '')
  return [
    ...validateLabels(metadata?.labels, at.child('labels')),
    ...validateAnnotations(metadata?.annotations, at.child('annotations')),
    ...validateOwners(metadata?.ownerReferences ?? [], at.child('ownerReferences')),
    ...(knowsFinalizers ? validateKnownFinalizers(finalizers, at.child('finalizers')) : []),
  ]
}

function validateName(
  { name, generateName }: Draft<Pick<ObjectMeta, 'name' | 'generateName'>> = {},
  at: FieldPath,
  checkName: (name: string) => readonly string[],
): readonly FieldFault[] {
  if (name !== undefined && name !== '') return invalidAll(at, name, checkName(name))
  if (generateName !== undefined && generateName !== '') return []
  return [required(at, 'name or generateName is required')]
}

/** A namespace that is missing is filled in from the URL. */
function validateNamespace(
  namespace: string,
  namespaced: boolean | undefined,
  at: FieldPath,
): readonly FieldFault[] {
  if (namespace === '') return []
  if (namespaced === false) return [forbidden(at, 'not allowed on this type')]
  return invalidAll(at, namespace, checkLabel(namespace))
}

export function validateLabels(
  labels: Draft<Labels> | undefined,
  at: FieldPath,
): readonly FieldFault[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => [
    ...invalidAll(at.within(key), key, checkQualifiedName(key)),
    ...invalidAll(at.within(key), value ?? '', checkLabelValue(value ?? '')),
  ])
}

/** Keys are compared in lower case: annotations may have capitals in their prefix. */
export function validateAnnotations(
  annotations: Draft<Labels> | undefined,
  at: FieldPath,
): readonly FieldFault[] {
  const entries = Object.entries(annotations ?? {})
  const bytes = entries.reduce(
    (sum, [key, value]) => sum + byteLength(key) + byteLength(value ?? ''),
    0,
  )
  return [
    ...entries.flatMap(([key]) =>
      invalidAll(at.within(key), key, checkQualifiedName(key.toLowerCase())),
    ),
    ...(bytes > ANNOTATION_BYTES_MAX ? [tooLong(at, ANNOTATION_BYTES_MAX)] : []),
  ]
}

/** Kubernetes prints all of them as the list, and not more than one may be the controller. */
function validateOwners(
  owners: readonly Draft<OwnerReference>[],
  at: FieldPath,
): readonly FieldFault[] {
  const faults: FieldFault[] = []
  let first: string | undefined
  let told = 0
  for (const owner of owners) {
    const { apiVersion = '', kind = '', name = '', uid = '', controller } = owner
    const hasVersion = apiVersion !== '' && !apiVersion.endsWith('/')
    const isVersion = apiVersion.split('/').length <= 2
    if (!hasVersion || !isVersion) {
      faults.push(invalid(at.child('apiVersion'), apiVersion, 'version must not be empty'))
    }
    const emptyAt = { kind, name, uid }
    for (const [field, value] of Object.entries(emptyAt)) {
      if (value === '') faults.push(invalid(at.child(field), value, 'must not be empty'))
    }
    if (apiVersion === 'v1' && kind === 'Event') {
      const detail = '/v1, Kind=Event is disallowed from being an owner'
      faults.push(invalid(at, printedOwner(owner), detail))
    }
    if (controller !== true) continue
    const current = `${kind}/${name}`
    if (first === undefined) first = current
    else if (told < CONTROLLERS_TOLD_MAX) {
      told += 1
      const detail = `Only one reference can have Controller set to true. Found "true" in references for ${first} and ${current}`
      faults.push(invalid(at, owners.map(printedOwner), detail))
    }
  }
  return faults
}

/** In the order of its Go struct. */
function printedOwner({
  apiVersion = '',
  kind = '',
  name = '',
  uid = '',
  controller,
  blockOwnerDeletion,
}: Draft<OwnerReference>): Draft<OwnerReference> {
  return { apiVersion, kind, name, uid, controller, blockOwnerDeletion }
}

function validateFinalizers(names: readonly string[], at: FieldPath): readonly FieldFault[] {
  const isTorn = names.includes(ORPHAN) && names.includes(FOREGROUND)
  const detail = `finalizer ${ORPHAN} and ${FOREGROUND} cannot be both set`
  return [
    ...names.flatMap((name) => invalidAll(at, name, checkQualifiedName(name))),
    ...(isTorn ? [invalid(at, names, detail)] : []),
  ]
}

function validateKnownFinalizers(names: readonly string[], at: FieldPath): readonly FieldFault[] {
  return names.flatMap((name, index) => checkKnownFinalizer(name, at.item(index)))
}

/** A name without a domain has to be one of Kubernetes' own. */
export function checkKnownFinalizer(name: string, at: FieldPath): readonly FieldFault[] {
  if (name.includes('/') || KNOWN_FINALIZERS.has(name)) return []
  return [invalid(at, name, 'name is neither a standard finalizer name nor is it fully qualified')]
}

const KNOWN_FINALIZERS = new Set(['kubernetes', ORPHAN, FOREGROUND])

/** In UTF-8. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length
}
