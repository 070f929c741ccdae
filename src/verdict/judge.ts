import { invariant } from '../base/invariant.ts'
import { isAnswered, isGeneratorOutcome } from '../timeline/outcome.ts'
import type { RequestRecord } from '../timeline/ledger.ts'
import { attributeDrops } from './attribution.ts'
import { isDropped, metItsFateAtItsEnd } from './dropped.ts'
import { latencyOf } from './latency.ts'
import { limitsOf } from './limits.ts'
import { marginOf } from './margin.ts'
import { outageWindowsOf } from './outage-windows.ts'
import { luckWithThePath } from './path-lag.ts'
import type { Recording } from './recording.ts'
import { isOfBaseline, isOfRollout } from './rollout-window.ts'
import { type RunView, viewRun } from './run-view.ts'
import { findUnsoundness, generatorLateness, goalOf } from './soundness.ts'
import { secondsOf } from './units.ts'
import { unseenGaps } from './unseen-gaps.ts'
import type { Verdict } from './verdict.ts'

/**
 * Judges a recording. Pure: the same recording gives the same verdict, whoever recorded it and
 * whenever it is judged. Throws InvariantError when the ledger is not the whole plan.
 *
 *     const verdict = judge(await readRecording(files, '.hitless/runs/…'))
 */
export function judge(recording: Recording): Verdict {
  const view = viewRun(recording)
  assertWholeLedger(view)
  const drops = view.requests.filter(
    (record) => isOfRollout(view.window, record) && isDropped(record),
  )
  const { causes, causeBySequence } = attributeDrops(drops, view)
  const faults = [
    ...findUnsoundness(view),
    ...(causes.some(({ id }) => id === 'endpoint-propagation-race') ? [] : unseenGaps(view)),
    ...(drops.length === 0 ? luckWithThePath(view) : []),
  ]
  const verdict = verdictOf(countBlamed(drops, causeBySequence, view), faults, view)
  const margin = verdict === 'inconclusive' ? undefined : marginOf(view, causes)
  return {
    schemaVersion: 1,
    verdict,
    reasons: verdict === 'inconclusive' ? faults : [],
    requests: countRequests(view, drops.length),
    causes,
    windows: outageWindowsOf(drops, causeBySequence),
    rollout: {
      startedAt: secondsOf(view.window?.startedAt ?? 0),
      endedAt: secondsOf(view.window?.endedAt ?? 0),
    },
    ...(margin === undefined ? {} : { margin }),
    generator: generatorOf(view),
    // What makes a proof impossible does not undo a drop that was seen, but it is told.
    limits: [...(verdict === 'dropped' ? faults : []), ...limitsOf(view)],
  }
}

/** Every planned request has exactly one record, and no record is of another plan. */
function assertWholeLedger({ run: { generator }, requests }: RunView): void {
  for (const [index, { sequence }] of requests.entries()) {
    invariant(
      sequence !== requests[index - 1]?.sequence,
      `the ledger holds request ${sequence} twice`,
    )
    // Of a run that was killed, what was in flight is missing; its verdict says that it broke off.
    invariant(generator === undefined || sequence === index, `the ledger lacks request ${index}`)
  }
  invariant(
    generator === undefined || generator.planned === requests.length,
    `the generator planned ${generator?.planned} requests, the ledger holds ${requests.length}`,
  )
}

/**
 * A drop that is the rollout's decides, however poor the rest of the measurement; without one,
 * a measurement that could have hidden some decides nothing.
 */
function verdictOf(
  blamed: number,
  faults: readonly string[],
  { run }: RunView,
): Verdict['verdict'] {
  if (blamed > run.expect.droppedMax) return 'dropped'
  return faults.length > 0 ? 'inconclusive' : 'proven'
}

/**
 * Where the service dropped requests before the rollout, an unexplained drop is not held against it;
 * nor is an unexplained timeout where the generator was late, for its time runs from the intended start.
 */
function countBlamed(
  drops: readonly RequestRecord[],
  causeBySequence: ReadonlyMap<number, string>,
  view: RunView,
): number {
  const { requests, window } = view
  const dropsAnyway = requests.some((record) => isOfBaseline(window, record) && isDropped(record))
  const isLate = generatorLateness(view).length > 0
  return drops.filter((drop) => {
    const cause = causeBySequence.get(drop.sequence)
    if (cause !== 'unexplained') return cause !== 'before-rollout'
    return !dropsAnyway && (metItsFateAtItsEnd(drop) || !isLate)
  }).length
}

function countRequests(view: RunView, dropped: number): Verdict['requests'] {
  const { requests, window } = view
  const own = requests.filter(({ outcome }) => !isGeneratorOutcome(outcome))
  const sent = own.filter((record) => isOfRollout(window, record)).length
  const before = own.filter((record) => isOfBaseline(window, record))
  const answered = requests.filter(({ outcome }) => isAnswered(outcome))
  return {
    total: requests.length,
    sent,
    dropped,
    ...(dropped === 0 && sent > 0 ? { dropRateMax: Math.min(1, 3 / sent) } : {}),
    baseline: { sent: before.length, dropped: before.filter(isDropped).length },
    outcomes: countBy(requests, ({ outcome }) => outcome),
    statuses: countBy(requests, ({ status }) => (status === 0 ? undefined : String(status))),
    pods: countBy(requests, (record) => view.podOf(record)?.pod.name),
    latencyMs: latencyOf(answered.map(({ endedAt, intendedAt }) => endedAt - intendedAt)),
    latencyFromSendMs: latencyOf(answered.map(({ endedAt, sentAt }) => endedAt - sentAt)),
  }
}

/** Counts by key, the keys sorted; values without a key are left out. */
function countBy(
  requests: readonly RequestRecord[],
  keyOf: (record: RequestRecord) => string | undefined,
): Record<string, number> {
  const counts = new Map<string, number>()
  for (const request of requests) {
    const key = keyOf(request)
    if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function generatorOf(view: RunView): Verdict['generator'] {
  const { run, requests } = view
  return {
    latenessMsP99: run.generator?.latenessMs.p99 ?? 0,
    loopDelayMsMax: run.generator?.loopDelayMsMax ?? 0,
    notSent: requests.filter(({ outcome }) => isGeneratorOutcome(outcome)).length,
    goal: Math.round(goalOf(view) * 1e4) / 1e4,
    connections: run.generator?.connections ?? { opened: 0, reused: 0, closedIdle: 0, agedOut: 0 },
  }
}
