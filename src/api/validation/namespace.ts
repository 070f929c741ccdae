import { invalidAll, type FieldFault } from './fault.ts'
import type { Field } from './field.ts'
import { checkKnownFinalizer } from './metadata.ts'
import { checkQualifiedName } from './names.ts'

/** pkg/apis/core/validation/validation.go, ValidateNamespace. */
export function validateNamespace(namespace: Field): readonly FieldFault[] {
  const finalizers = namespace.field('spec', 'finalizers')
  return finalizers.items.flatMap(({ text }) => [
    ...invalidAll(finalizers, text, checkQualifiedName(text)),
    ...checkKnownFinalizer(text, finalizers),
  ])
}

/** ValidateNamespaceFinalizeUpdate, which tells which of them it is. */
export function validateFinalize(namespace: Field): readonly FieldFault[] {
  return namespace
    .field('spec', 'finalizers')
    .items.flatMap((finalizer) => [
      ...invalidAll(finalizer, finalizer.text, checkQualifiedName(finalizer.text)),
      ...checkKnownFinalizer(finalizer.text, finalizer),
    ])
}
