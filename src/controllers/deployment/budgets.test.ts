import { describe, expect, test } from 'vitest'
import { deploymentOf } from '../testing/objects.ts'
import { budgetsOf, resolveBudgets } from './budgets.ts'

describe('budgets of a rolling update', () => {
  test.each([
    ['0%', '0%', 10, { surge: 0, unavailable: 1 }],
    ['39%', '39%', 10, { surge: 4, unavailable: 3 }],
    [undefined, '39%', 10, { surge: 0, unavailable: 3 }],
    ['39%', undefined, 10, { surge: 4, unavailable: 0 }],
    [undefined, undefined, 10, { surge: 0, unavailable: 1 }],
    ['25%', '25%', 10, { surge: 3, unavailable: 2 }],
    ['25%', '25%', 1, { surge: 1, unavailable: 0 }],
    [1, 0, 3, { surge: 1, unavailable: 0 }],
    ['oops', '39%', 10, undefined],
    ['55%', 'urg', 10, undefined],
    ['5', 1, 10, undefined],
  ])('surge %s and unavailable %s of %i pods', (maxSurge, maxUnavailable, desired, budgets) => {
    expect(resolveBudgets({ maxSurge, maxUnavailable }, desired)).toEqual(budgets)
  })

  test('unavailability is at most the whole', () => {
    const strategy = { rollingUpdate: { maxUnavailable: 10, maxSurge: 0 } }
    expect(budgetsOf(deploymentOf({ replicas: 5, strategy })).unavailable).toBe(5)
    expect(budgetsOf(deploymentOf({ replicas: 0, strategy })).unavailable).toBe(0)
  })

  test('Recreate has neither surge nor unavailability', () => {
    const deployment = deploymentOf({ strategy: { type: 'Recreate' } })
    expect(budgetsOf(deployment)).toEqual({ surge: 0, unavailable: 0 })
  })
})
