import type { RunView } from '../run-view.ts'
import type { JudgedCause } from '../verdict.ts'
import type { Case } from './cause.ts'

/** The pods that the requests were sent to, most concerned first; without a pod, the Service. */
export function concernedPods(cases: readonly Case[], view: RunView): JudgedCause['objects'] {
  const service = { kind: 'Service', name: view.run.target.service.name }
  const groups = Map.groupBy(cases, ({ drop }) => drop.pod?.pod.name)
  return [...groups]
    .map(([pod, own]) => ({
      ...(pod === undefined ? service : { kind: 'Pod', name: pod }),
      requests: own.length,
    }))
    .sort((a, b) => b.requests - a.requests || (a.name < b.name ? -1 : 1))
}
