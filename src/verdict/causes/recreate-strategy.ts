import { failedToConnect } from '../drop-view.ts'
import { spanOf } from '../units.ts'
import type { Cause } from './cause.ts'

/** When the request found nobody, nanoseconds since the origin of the run. */
interface Evidence {
  readonly at: number
}

/**
 * `strategy.type: Recreate` ends every old pod before it creates a new one
 * (https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#recreate-deployment), so
 * for a while no endpoint is ready. A connection that failed then would have failed with any proxy.
 */
export const recreateStrategy: Cause<Evidence> = {
  id: 'recreate-strategy',
  title: 'every old pod ends before a new one starts',

  recognise(drop, view) {
    if (!failedToConnect(drop) || view.strategyAt(drop.at) !== 'Recreate') return undefined
    return drop.observed?.ready === 0 || drop.programmed === 0 ? { at: drop.at } : undefined
  },

  explain(cases, view) {
    const times = cases.map(({ evidence }) => evidence.at)
    const firstAt = times.reduce((a, b) => Math.min(a, b))
    const lastAt = times.reduce((a, b) => Math.max(a, b))
    const { name } = view.run.deployment
    const place = view.manifest.place('/spec/strategy/type')
    return {
      objects: [{ kind: 'Deployment', name, requests: cases.length }],
      explanation:
        `Recreate ended every old pod before it created a new one: for ${spanOf(lastAt - firstAt)} ` +
        'there was no pod that new connections could go to.',
      ...(place === undefined ? {} : { location: place }),
      because: `deployment "${name}" has strategy.type Recreate`,
      fix: 'strategy: { type: RollingUpdate, rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }',
    }
  },
}
