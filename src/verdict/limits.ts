import type { RunDescription } from './recording.ts'
import type { RunView } from './run-view.ts'

/** A gap that no request fell into stays unseen; three per gap find it with 95 % confidence. */
const REQUESTS_PER_GAP = 3

/** What the proof does not cover, one sentence each: a proof states its limits. */
export function limitsOf({ run, routes }: RunView): string[] {
  const { requests, lanes } = run.load
  const lanesLeft = ['new', 'reused'].filter(
    (lane) => !lanes.some((used) => used.lane === lane && used.share > 0),
  )
  return [
    `Only ${requests.map(({ method, path }) => `${method} ${path}`).join(', ')} was requested: other paths and methods may behave differently.`,
    ...lanesLeft.map((lane) => `No request was sent on ${lane} connections.`),
    ...(lanes.some(({ lane }) => lane === 'long')
      ? []
      : ['Long-lived connections (WebSocket, server-sent events, gRPC streams) were not tested.']),
    `Only the ${run.path.profile} profile of ${run.target.description} was tested: other traffic paths may be slower to learn of changes.`,
    ...(run.load.ratePerSecond === 0 ? [] : [unseenGap(run.load)]),
    'One rollout on one node was tested; the loss of a node, evictions and a full cluster were not.',
    ...(run.notRun ?? []).map((object) => `${object} was not run.`),
    ...lateness(run.generator?.latenessMs.p99),
    ...(routes.known ? [] : ['Which pod answered was not recorded.']),
  ]
}

/** Later than this at the 99th percentile, and the reader should know before trusting latencies. */
const LATENESS_MS_MAX = 5

function lateness(latenessMsP99: number | undefined): string[] {
  if (latenessMsP99 === undefined || latenessMsP99 <= LATENESS_MS_MAX) return []
  const measured = `${Math.round(latenessMsP99)} ms`
  return [
    `The generator was late by up to ${measured} (99 %), more than its ${LATENESS_MS_MAX} ms: latencies from the intended start include that.`,
  ]
}

/** Only a new connection meets what a pod or a route lacks: the kept ones stay where they are. */
function unseenGap({ ratePerSecond, lanes }: RunDescription['load']): string {
  const newShare = lanes.find(({ lane }) => lane === 'new')?.share ?? 0
  const perSecond = newShare === 0 ? ratePerSecond : ratePerSecond * newShare
  const what = newShare === 0 ? 'requests' : 'new connections'
  const gapMs = Math.round((REQUESTS_PER_GAP / perSecond) * 1_000)
  return `At ${Number(perSecond.toFixed(1))} ${what} per second a gap shorter than ${gapMs} ms may have gone unseen.`
}
