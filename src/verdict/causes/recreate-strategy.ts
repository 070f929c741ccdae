import { spanOf } from '../units.ts'
import { type BlackoutEvidence, blackoutLength, metBlackout } from './blackout-evidence.ts'
import type { Cause } from './cause.ts'

/**
 * `strategy.type: Recreate` ends every old pod before it creates a new one
 * (https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#recreate-deployment), so
 * for a while no endpoint is ready. A connection that failed then would have failed with any proxy.
 */
export const recreateStrategy: Cause<BlackoutEvidence> = {
  id: 'recreate-strategy',
  title: 'every old pod ends before a new one starts',

  recognise(drop, view) {
    return view.strategyAt(drop.at) === 'Recreate' ? metBlackout(drop) : undefined
  },

  explain(cases, view) {
    const { name } = view.run.deployment
    const place = view.manifest.place('/spec/strategy/type')
    return {
      objects: [{ kind: 'Deployment', name, requests: cases.length }],
      explanation:
        `Recreate ended every old pod before it created a new one: for ${spanOf(blackoutLength(cases))} ` +
        'there was no pod that new connections could go to.',
      ...(place === undefined ? {} : { location: place }),
      because: `deployment "${name}" has strategy.type Recreate`,
      fix: 'strategy: { type: RollingUpdate, rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }',
    }
  },
}
