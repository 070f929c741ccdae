import type { Deployment } from '../../api/workload.ts'
import { spanOf } from '../units.ts'
import { type BlackoutEvidence, blackoutLength, metBlackout } from './blackout-evidence.ts'
import type { Cause } from './cause.ts'

/**
 * One replica that may not surge: the rollout has to end the only pod before it may create the next.
 * The Deployment controller then allows one unavailable pod, whatever the manifest says
 * (https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#max-unavailable), so no
 * endpoint is ready in between. With the default surge (25 %, rounded up to 1) this does not happen.
 */
export const singleReplica: Cause<BlackoutEvidence> = {
  id: 'single-replica',
  title: 'the only pod ends before the next one starts',

  recognise(drop, view) {
    const { deployment } = view.manifest
    if (deployment === undefined || !hasOneWithoutSurge(deployment)) return undefined
    return view.strategyAt(drop.at) === 'RollingUpdate' ? metBlackout(drop) : undefined
  },

  explain(cases, view) {
    const { name } = view.run.deployment
    const place = view.manifest.place('/spec/strategy/rollingUpdate/maxSurge')
    return {
      objects: [{ kind: 'Deployment', name, requests: cases.length }],
      explanation:
        `The rollout ended the only pod before it created the next one: for ${spanOf(blackoutLength(cases))} ` +
        'no pod was ready.',
      ...(place === undefined ? {} : { location: place }),
      because: `deployment "${name}" has 1 replica and a maxSurge of 0`,
      fix: 'strategy: { type: RollingUpdate, rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }',
    }
  },
}

/** Any percentage above 0 rounds up to one pod. */
function hasOneWithoutSurge({ spec }: Deployment): boolean {
  const surge = spec.strategy?.rollingUpdate?.maxSurge ?? '25%'
  return (spec.replicas ?? 1) === 1 && Number.parseInt(String(surge), 10) === 0
}
