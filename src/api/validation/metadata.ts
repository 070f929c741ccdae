import type { Labels, ObjectMeta } from '../meta.ts'
import {
  invalidAll,
  required,
  tooLong,
  type Draft,
  type FieldFault,
  type FieldPath,
} from './fault.ts'
import { checkLabelValue, checkQualifiedName } from './names.ts'

/** All annotations of an object together. */
const ANNOTATION_BYTES_MAX = 256 * 1024

/** apimachinery/pkg/api/validation/objectmeta.go; `checkName` is the grammar of the kind. */
export function validateMetadata(
  metadata: Draft<ObjectMeta> | undefined,
  at: FieldPath,
  checkName: (name: string) => readonly string[],
): readonly FieldFault[] {
  const { name, generateName, labels, annotations } = metadata ?? {}
  return [
    ...validateName({ name, generateName }, at.child('name'), checkName),
    ...validateLabels(labels, at.child('labels')),
    ...validateAnnotations(annotations, at.child('annotations')),
  ]
}

function validateName(
  { name, generateName }: Draft<Pick<ObjectMeta, 'name' | 'generateName'>>,
  at: FieldPath,
  checkName: (name: string) => readonly string[],
): readonly FieldFault[] {
  if (name !== undefined && name !== '') return invalidAll(at, name, checkName(name))
  if (generateName !== undefined && generateName !== '') return []
  return [required(at, 'name or generateName is required')]
}

export function validateLabels(
  labels: Draft<Labels> | undefined,
  at: FieldPath,
): readonly FieldFault[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => [
    ...invalidAll(at.within(key), key, checkQualifiedName(key)),
    ...invalidAll(at.within(key), value, checkLabelValue(value ?? '')),
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

/** In UTF-8. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length
}
