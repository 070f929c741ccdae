import { validateConditions } from './conditions.ts'
import { invalid, type FieldFault } from './fault.ts'
import type { Field } from './field.ts'
import { checkWord } from './field-checks.ts'
import { validateSelectorField } from './label-selector.ts'
import { checkCountOrPercent } from './names.ts'
import { validateNotNegative } from './workload-status.ts'

const BUDGET_COUNTS = ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods']

/** pkg/apis/policy/validation/validation.go, ValidatePodDisruptionBudgetSpec. */
export function validateDisruptionBudget(spec: Field): readonly FieldFault[] {
  const [least, most] = [spec.field('minAvailable'), spec.field('maxUnavailable')]
  return [
    ...(least.isPresent && most.isPresent
      ? [invalid(spec, printedSpec(spec), 'minAvailable and maxUnavailable cannot be both set')]
      : []),
    ...validateShare(least),
    ...validateShare(most),
    ...validateSelectorField(spec.field('selector')),
    ...checkWord(spec.field('unhealthyPodEvictionPolicy'), ['AlwaysAllow', 'IfHealthyBudget']),
  ]
}

/** The same, ValidatePodDisruptionBudgetStatusUpdate. */
export function validateBudgetStatus(status: Field): readonly FieldFault[] {
  return [
    ...validateConditions(status.field('conditions')),
    ...validateNotNegative(status, BUDGET_COUNTS),
  ]
}

function validateShare(share: Field): readonly FieldFault[] {
  const { value } = share
  if (typeof value !== 'string' && typeof value !== 'number') return []
  const details = checkCountOrPercent(value).map((detail) => invalid(share, value, detail))
  const isPercent = typeof value === 'string' && /^[0-9]+%$/.test(value)
  return isPercent && Number.parseInt(value, 10) > 100
    ? [...details, invalid(share, value, 'must not be greater than 100%')]
    : details
}

/** Every field of Kubernetes' own structure. */
function printedSpec(spec: Field): object {
  return {
    MinAvailable: spec.field('minAvailable').value,
    Selector: spec.field('selector').value ?? null,
    MaxUnavailable: spec.field('maxUnavailable').value,
    UnhealthyPodEvictionPolicy: spec.field('unhealthyPodEvictionPolicy').value ?? null,
  }
}
