import { expect, test } from 'vitest'
import { selectorMatches, type LabelSelectorRequirement } from './selector.ts'

test.each<[LabelSelectorRequirement['operator'], boolean]>([
  ['In', false],
  ['NotIn', true],
  ['Exists', false],
  ['DoesNotExist', true],
])(
  '%s of a label called `constructor` is about labels, not about JavaScript',
  (operator, holds) => {
    const matchExpressions = [{ key: 'constructor', operator, values: ['a'] }]
    expect(selectorMatches({ matchExpressions }, { app: 'web' })).toBe(holds)
  },
)
