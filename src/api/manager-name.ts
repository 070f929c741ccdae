import type { ManagedFieldsEntry } from './meta.ts'
import { FieldPath, invalid, required, tooLong, type FieldFault } from './validation/fault.ts'
import { byteLength } from './validation/metadata.ts'

const NAME_BYTES_MAX = 128
const SUBRESOURCE_BYTES_MAX = 256

/**
 * What is wrong with the `fieldManager` of a request; Kubernetes answers with
 * `PatchOptions.meta.k8s.io "" is invalid`, or that of the other verbs.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-parameters/common-parameters/#fieldManager
 */
export function checkFieldManager(
  name: string,
  { isApply = false }: { readonly isApply?: boolean } = {},
): readonly FieldFault[] {
  const at = new FieldPath().child('fieldManager')
  return [
    ...(isApply && name === '' ? [required(at, 'is required for apply patch')] : []),
    ...checkName(at, name),
  ]
}

function checkName(at: FieldPath, name: string): readonly FieldFault[] {
  const faults = byteLength(name) > NAME_BYTES_MAX ? [tooLong(at, NAME_BYTES_MAX)] : []
  let position = 0
  for (const letter of name) {
    if (!isPrintable(letter)) {
      const code = (letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
      faults.push(invalid(at, name, `invalid character U+${code} (at position ${position})`))
    }
    position += byteLength(letter)
  }
  return faults
}

/** Who writes when the request names nobody: the name of the client program, without its version. */
export function managerOfAgent(userAgent: string): string {
  let name = ''
  for (const letter of userAgent.split('/', 1)[0] ?? '') {
    if (!isPrintable(letter)) continue
    if (byteLength(name + letter) > NAME_BYTES_MAX) break
    name += letter
  }
  return name
}

/** Faults of the managedFields that a client sent. */
export function checkManagedFields(
  entries: readonly ManagedFieldsEntry[],
  at: FieldPath = new FieldPath().child('metadata', 'managedFields'),
): readonly FieldFault[] {
  return entries.flatMap(
    ({ operation, fieldsType = '', manager = '', subresource = '' }, index) => {
      const entry = at.item(index)
      const isKnown = operation === 'Apply' || operation === 'Update'
      return [
        ...(isKnown
          ? []
          : [invalid(entry.child('operation'), operation ?? '', 'must be `Apply` or `Update`')]),
        ...(fieldsType === '' || fieldsType === 'FieldsV1'
          ? []
          : [invalid(entry.child('fieldsType'), fieldsType, 'must be `FieldsV1`')]),
        ...checkName(entry.child('manager'), manager),
        ...(byteLength(subresource) > SUBRESOURCE_BYTES_MAX
          ? [tooLong(entry.child('subresource'), SUBRESOURCE_BYTES_MAX)]
          : []),
      ]
    },
  )
}

/** As Go's unicode.IsPrint: of all spaces only the plain one. */
function isPrintable(letter: string): boolean {
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(letter)
}
