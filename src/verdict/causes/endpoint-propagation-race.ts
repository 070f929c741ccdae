import { endedEarly, failedToConnect } from '../drop-view.ts'
import { type ManifestView, graceSecondsOf, preStopOf } from '../manifest-view.ts'
import { type ContainerLife, WATCH_DELAY_NS, stoppedListeningAt } from '../pod-life.ts'
import { suggestedPreStopSeconds } from '../propagation-advice.ts'
import type { RunView } from '../run-view.ts'
import { spanOf } from '../units.ts'
import type { Case, Cause, Explanation } from './cause.ts'
import { concernedPods } from './concerned-objects.ts'
import { crossedTheClose, endedByTermination, terminationOf } from './termination-evidence.ts'

/** Nanoseconds since the origin of the run. */
interface Evidence {
  readonly port: number | undefined
  readonly deletedAt: number
  readonly stopSignalAt: number
  /** No connection was taken from here on: seen, or known from a refusal. */
  readonly stoppedAt: number
  /** The proxy still chose the pod. */
  readonly chosenAt: number
  readonly container: ContainerLife | undefined
}

/** What an app needs after preStop to end in order. */
const TEARDOWN_SECONDS = 5

/**
 * A deleted pod's endpoint leaves the proxies' rules some time after the deletion, and nothing
 * makes the container wait for it: kubelet and proxies act on the deletion side by side
 * (https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination-flow).
 * Connections made in between meet a port that nobody listens on any more, or an accept queue
 * that is thrown away when the listener closes.
 */
export const endpointPropagationRace: Cause<Evidence> = {
  id: 'endpoint-propagation-race',
  title: 'the pod stopped listening before the proxy stopped choosing it',

  recognise(drop) {
    const end = terminationOf(drop)
    const { route, routedAt: chosenAt } = drop
    if (end === undefined || route === undefined || chosenAt === undefined) return undefined
    if (!drop.onNewConnection) return undefined
    if (Math.max(drop.at, chosenAt) < end.deletedAt - WATCH_DELAY_NS) return undefined
    const thrownBack =
      endedEarly(drop) && endedByTermination(drop, end) && crossedTheClose(drop, end)
    if (!failedToConnect(drop) && !thrownBack) return undefined
    const { port } = route.endpoint
    const stopped = drop.pod && stoppedListeningAt(drop.pod, drop.container, port)
    return {
      port,
      deletedAt: end.deletedAt,
      stopSignalAt: end.stopSignalAt,
      stoppedAt: Math.min(stopped?.at ?? chosenAt, chosenAt),
      chosenAt,
      container: drop.container,
    }
  },

  explain(cases, view) {
    return {
      objects: concernedPods(cases, view),
      explanation: explanationOf(cases),
      ...remedyOf(cases, view),
    }
  },
}

function explanationOf(cases: readonly Case<Evidence>[]): string {
  const pods = [...Map.groupBy(cases, ({ drop }) => drop.pod?.pod.uid).values()].map((own) => {
    const stoppedAt = own.reduce(
      (least, { evidence }) => Math.min(least, evidence.stoppedAt),
      Infinity,
    )
    const chosenAt = own.reduce((most, { evidence }) => Math.max(most, evidence.chosenAt), 0)
    const signalAt = own[0]?.evidence.stopSignalAt ?? stoppedAt
    return { afterSignal: stoppedAt - signalAt, stillChosen: chosenAt - stoppedAt }
  })
  const afterSignal = pods.reduce((most, pod) => Math.max(most, pod.afterSignal), -Infinity)
  const stillChosen = pods.reduce((most, pod) => Math.max(most, pod.stillChosen), 0)
  const stopped =
    afterSignal < 0
      ? `${spanOf(-afterSignal)} before SIGTERM, in its preStop hook,`
      : `${spanOf(afterSignal)} after SIGTERM,`
  return (
    `The container stopped listening ${stopped} while the proxy still sent it new connections ` +
    `for ${spanOf(stillChosen)}.`
  )
}

function remedyOf(
  cases: readonly Case<Evidence>[],
  { manifest, run }: RunView,
): Omit<Explanation, 'objects' | 'explanation'> {
  const serving = manifest.servingContainer(cases[0]?.evidence.port)
  if (serving === undefined) return {}
  const { name, lifecycle } = serving.container
  const preStop = preStopOf(serving)
  const place = manifest.place(
    preStop === undefined ? serving.pointer : `${serving.pointer}/lifecycle/preStop`,
  )
  const location = place === undefined ? {} : { location: place }
  const suggested = suggestedPreStopSeconds(run.path.profile)
  if (preStop === undefined) {
    const hook = `preStop: { sleep: { seconds: ${suggested} } }`
    return {
      ...location,
      because: `container "${name}" has no lifecycle.preStop`,
      fix: withGrace(
        lifecycle === undefined ? `lifecycle: { ${hook} }` : hook,
        suggested,
        manifest,
      ),
    }
  }
  const failed = cases.some(
    ({ evidence }) => evidence.container?.termination?.preStopOutcome === 'failed',
  )
  const heldNs = cases.reduce(
    (most, { evidence }) => Math.max(most, evidence.stopSignalAt - evidence.deletedAt),
    0,
  )
  const lagNs = cases.reduce(
    (most, { evidence }) => Math.max(most, evidence.chosenAt - evidence.deletedAt),
    0,
  )
  const seconds = Math.max(suggested, Math.ceil(lagNs / 1e9) + 1)
  return {
    ...location,
    because: failed
      ? `the preStop hook of container "${name}" failed, so SIGTERM came ${spanOf(heldNs)} after the deletion`
      : `the preStop hook of container "${name}" held SIGTERM back for ${spanOf(heldNs)}, and the proxy needed up to ${spanOf(lagNs)}`,
    fix: withGrace(`preStop: { sleep: { seconds: ${seconds} } }`, seconds, manifest),
  }
}

/** A preStop counts against the grace period: it must leave time for the app to end. */
function withGrace(fix: string, preStopSeconds: number, manifest: ManifestView): string {
  const least = preStopSeconds + TEARDOWN_SECONDS
  if (graceSecondsOf(manifest) >= least) return fix
  return `${fix}, and terminationGracePeriodSeconds: ${least} in the pod's spec`
}
