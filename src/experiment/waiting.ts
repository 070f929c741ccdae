import type { Clock } from '../world/clock.ts'
import type { Journal } from './journal.ts'
import type { Situation } from './situation.ts'

/** Why a run ends before its end. */
export type CutReason = 'timeout' | 'progress-deadline' | 'interrupted'

/** A run that cannot go on: it is stopped in order, recorded and judged as far as it came. */
export class CutShort extends Error {
  override readonly name = 'CutShort'
  readonly reason: CutReason

  constructor(reason: CutReason, message: string) {
    super(message)
    this.reason = reason
  }
}

export interface WaitOptions {
  readonly clock: Clock
  readonly journal: Journal
  /** The Deployment whose progress deadline ends the wait. */
  readonly deployment: { readonly namespace: string; readonly name: string }
  /** Nanoseconds since the origin of the run. */
  readonly deadlineNs: number
  readonly signal: AbortSignal
  /** What is waited for, for the message: `the first 4 pods to become available`. */
  readonly goal: string
}

/** Resolves when `reached` holds; looked at after every fact. Rejects with CutShort. */
export function waitUntil(
  reached: (situation: Situation) => boolean,
  options: WaitOptions,
): Promise<void> {
  return waitWhile(reached, options, [])
}

/** Waits a fixed time. Rejects with CutShort when interrupted or out of time. */
export function waitFor(durationMs: number, options: WaitOptions): Promise<void> {
  const untilNs = options.clock.monotonicNs() + durationMs * 1e6
  return waitWhile(() => options.clock.monotonicNs() >= untilNs, options, [durationMs])
}

/** Looks after every fact, at an interruption, at the deadline, and after each of `lookAfterMs`. */
function waitWhile(
  reached: (situation: Situation) => boolean,
  options: WaitOptions,
  lookAfterMs: readonly number[],
): Promise<void> {
  const { clock, journal, deadlineNs, signal } = options
  return new Promise((resolve, reject) => {
    const settle = (cut: CutShort | undefined) => {
      unsubscribe()
      for (const timer of timers) timer.cancel()
      signal.removeEventListener('abort', look)
      if (cut === undefined) resolve()
      else reject(cut)
    }
    const look = () => {
      if (signal.aborted) settle(new CutShort('interrupted', 'The run was interrupted.'))
      else if (reached(journal.situation)) settle(undefined)
      else {
        const cut = cutOf(options)
        if (cut !== undefined) settle(cut)
      }
    }
    const untilDeadlineMs = Math.max(0, (deadlineNs - clock.monotonicNs()) / 1e6)
    const timers = [...lookAfterMs, untilDeadlineMs].map((delayMs) => clock.after(delayMs, look))
    const unsubscribe = journal.subscribe(look)
    signal.addEventListener('abort', look)
    look()
  })
}

function cutOf({
  clock,
  journal,
  deployment,
  deadlineNs,
  goal,
}: WaitOptions): CutShort | undefined {
  const observed = journal.situation.deployments.get(`${deployment.namespace}/${deployment.name}`)
  if (observed?.observed === true && observed.progress === 'ProgressDeadlineExceeded') {
    return new CutShort(
      'progress-deadline',
      `The rollout exceeded its progress deadline while hitless waited for ${goal}.`,
    )
  }
  return clock.monotonicNs() >= deadlineNs
    ? new CutShort('timeout', `The run's timeout passed while hitless waited for ${goal}.`)
    : undefined
}
