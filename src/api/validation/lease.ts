import { forbidden, invalid, invalidAll, notSupported, type FieldFault } from './fault.ts'
import type { Field } from './field.ts'
import { checkNumber } from './field-checks.ts'
import { checkNotNegative, checkQualifiedName } from './names.ts'

/** pkg/apis/coordination/validation/validation.go, ValidateLeaseSpec. */
export function validateLeaseSpec(spec: Field): readonly FieldFault[] {
  const duration = spec.field('leaseDurationSeconds')
  const holder = spec.field('preferredHolder')
  const strategy = spec.field('strategy')
  return [
    ...(duration.number !== undefined && duration.number <= 0
      ? [invalid(duration, duration.number, 'must be greater than 0')]
      : []),
    ...checkNumber(spec.field('leaseTransitions'), checkNotNegative),
    ...(strategy.isPresent ? validateStrategy(strategy) : []),
    ...(holder.text !== '' && strategy.text === ''
      ? [forbidden(holder, 'may only be specified if `strategy` is defined')]
      : []),
  ]
}

/** Kubernetes prints it as a field of itself. */
function validateStrategy(strategy: Field): readonly FieldFault[] {
  const { text } = strategy
  const at = strategy.child('strategy')
  if (text.includes('/')) return invalidAll(at, text, checkQualifiedName(text))
  return text === 'OldestEmulationVersion'
    ? []
    : [notSupported(at, text, ['OldestEmulationVersion'])]
}
