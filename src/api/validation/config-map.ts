import type { ConfigMap } from '../core.ts'
import {
  invalid,
  invalidAll,
  tooLong,
  type Draft,
  type FieldFault,
  type FieldPath,
} from './fault.ts'
import { byteLength } from './metadata.ts'
import { checkConfigKey } from './names.ts'

/** All values of a ConfigMap together. */
const BYTES_MAX = 1024 * 1024

/** pkg/apis/core/validation/validation.go, ValidateConfigMap. */
export function validateConfigMap(
  { data = {}, binaryData = {} }: Draft<ConfigMap>,
  at: FieldPath,
): readonly FieldFault[] {
  const both = Object.keys(data).filter((key) => Object.hasOwn(binaryData, key))
  const bytes = sizeOf(Object.values(data)) + Math.floor(sizeOf(Object.values(binaryData)) * 0.75)
  return [
    ...validateKeys(Object.keys(data), at.child('data')),
    ...both.map((key) =>
      invalid(at.child('data').entry(key), key, 'duplicate of key present in binaryData'),
    ),
    ...validateKeys(Object.keys(binaryData), at.child('binaryData')),
    // The API server prints an empty path as `[]`.
    ...(bytes > BYTES_MAX ? [{ ...tooLong(at, BYTES_MAX), path: '[]' }] : []),
  ]
}

function validateKeys(keys: readonly string[], at: FieldPath): readonly FieldFault[] {
  return keys.flatMap((key) => invalidAll(at.entry(key), key, checkConfigKey(key)))
}

function sizeOf(values: readonly (string | undefined)[]): number {
  return values.reduce((sum, value) => sum + byteLength(value ?? ''), 0)
}
