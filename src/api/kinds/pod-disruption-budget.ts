import { fill } from '../defaults/fill.ts'
import type { PodDisruptionBudget } from '../disruption.ts'
import { defineKind } from '../kind-definition.ts'
import { POD_DISRUPTION_BUDGET_TABLE } from '../printing/plain-tables.ts'
import { Field } from '../validation/field.ts'
import { validateBudgetStatus, validateDisruptionBudget } from '../validation/disruption.ts'

export const POD_DISRUPTION_BUDGET = defineKind<PodDisruptionBudget>({
  kind: 'PodDisruptionBudget',
  apiVersion: 'policy/v1',
  plural: 'poddisruptionbudgets',
  shortNames: ['pdb'],
  namespaced: true,
  strategy: {
    hasStatus: true,
    updateNamesVersion: true,
    checkStatus: (next) => validateBudgetStatus(new Field(next).field('status')),
    newStatus: { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 },
    raisesGeneration: (next, previous) => next.spec !== previous.spec,
  },
  metadataCheck: 'common',
  updateSteps: ['object'],
  applyDefaults: (budget) => fill(budget, { spec: {} }),
  validate: (budget) => validateDisruptionBudget(new Field(budget).field('spec')),
  table: POD_DISRUPTION_BUDGET_TABLE,
})
