import { compareTexts } from '../base/compare-texts.ts'
import type { Fact } from '../timeline/fact.ts'
import { formatFactLine } from '../timeline/fact-lines.ts'
import { factsOf } from '../timeline/query.ts'
import type { RequestRecord } from '../timeline/ledger.ts'
import { type EndpointHistory, endpointHistoryOf } from './endpoint-history.ts'
import { type Endings, endingsOf } from './endings.ts'
import { latestAt } from './history.ts'
import { type ManifestView, manifestViewOf } from './manifest-view.ts'
import { type ContainerLife, type PodLife, podLivesOf } from './pod-life.ts'
import type { Recording, RunDescription } from './recording.ts'
import { type RolloutWindow, rolloutWindowOf } from './rollout-window.ts'
import { type Routes, routesOf } from './routes.ts'
import { withoutOwnLimits } from './own-limits.ts'

/** A recording gathered once, so that everything after it only looks things up. */
export interface RunView {
  readonly run: RunDescription
  /** In the order of time; of equal times, in the order of their lines. */
  readonly facts: readonly Fact[]
  /** By sequence. */
  readonly requests: readonly RequestRecord[]
  readonly window: RolloutWindow | undefined
  readonly pods: ReadonlyMap<string, PodLife>
  readonly routes: Routes
  readonly endpoints: EndpointHistory
  readonly manifest: ManifestView
  readonly endings: Endings
  /** The pod that the request's connection was routed to. */
  podOf(record: RequestRecord): PodLife | undefined
  /** The container of a pod that serves the target's port. */
  servingContainerOf(life: PodLife): ContainerLife | undefined
  /** The Deployment's strategy at that time, as observed; before that, as in the manifest. */
  strategyAt(at: number): 'RollingUpdate' | 'Recreate'
}

export function viewRun(recording: Recording): RunView {
  const { run } = recording
  const facts = inOrder(recording.facts)
  const recorded = [...recording.requests].sort((a, b) => a.sequence - b.sequence)
  const pods = podLivesOf(facts)
  const manifest = manifestViewOf(run)
  const holders = addressHolders(facts)
  const strategies = factsOf(facts, 'deployment-observed').filter(
    ({ deployment: { namespace, name } }) =>
      name === run.deployment.name && (namespace ?? 'default') === run.deployment.namespace,
  )
  const routes = routesOf(facts, recorded, run.target.service)
  const requests = withoutOwnLimits(recorded, routes)
  const window = rolloutWindowOf(facts, requests)
  const endpoints = endpointHistoryOf(facts, run.target.service)
  return {
    run,
    facts,
    requests,
    window,
    pods,
    routes,
    endpoints,
    manifest,
    endings: endingsOf(requests, window),
    podOf(record) {
      const route = routes.routeOf(record)
      if (route === undefined) return undefined
      return pods.get(latestAt(holders.get(route.endpoint.ip) ?? [], route.at)?.uid ?? '')
    },
    servingContainerOf({ containers }) {
      const name = manifest.servingContainer(endpoints.podPort)?.container.name ?? ''
      return containers.get(name) ?? [...containers.values()][0]
    },
    strategyAt: (at) =>
      latestAt(strategies, at)?.strategy ??
      manifest.deployment?.spec.strategy?.type ??
      'RollingUpdate',
  }
}

function inOrder(facts: readonly Fact[]): readonly Fact[] {
  return [...facts].sort(compareFacts)
}

/** Components record side by side: the order of facts of the same nanosecond says nothing and is made canonical. */
function compareFacts(a: Fact, b: Fact): number {
  if (a.at !== b.at) return a.at - b.at
  return compareTexts(formatFactLine(a), formatFactLine(b))
}

/** Who had an address from when on: an address may go to another pod once its first is gone. */
function addressHolders(
  facts: readonly Fact[],
): ReadonlyMap<string, readonly { readonly at: number; readonly uid: string }[]> {
  const holders = new Map<string, { at: number; uid: string }[]>()
  for (const { at, ip, pod } of factsOf(facts, 'pod-observed')) {
    if (ip === undefined) continue
    const list = holders.get(ip) ?? []
    if (!list.some(({ uid }) => uid === pod.uid)) list.push({ at, uid: pod.uid })
    holders.set(ip, list)
  }
  return holders
}
