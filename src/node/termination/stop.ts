import type { Clock } from '../../world/clock.ts'
import { NS_PER_MS } from '../timings.ts'
import {
  deadlineOf,
  resumeTermination,
  startTermination,
  stepTermination,
  type TerminationState,
} from './step.ts'

export interface StoppableContainer {
  readonly graceSeconds: number
  /** Runs the preStop hook; `signal` aborts when it is cut off. Absent without a hook. */
  readonly preStop?: (signal: AbortSignal) => Promise<void>
  /** Resolves when the containers that have to end before this one have done so. Absent: there are none. */
  readonly turn?: Promise<void>
  /** When it was sent its stop signal, by an earlier run of this node: nanoseconds. Absent: it was not. */
  readonly signalledAt?: number
  /** Resolves when the process has ended. */
  readonly exited: Promise<void>
  /** Aborts when somebody else ends the process at once. */
  readonly abandoned: AbortSignal
  sendStopSignal(): void
  sendKill(): void
}

/**
 * Stops one container: hook, turn, stop signal, SIGKILL, each when its time has come. Resolves when its
 * process has ended, and, as in the kubelet, not before its hook has ended or was cut off.
 */
export async function stopContainer(clock: Clock, container: StoppableContainer): Promise<void> {
  const { preStop, turn, graceSeconds, abandoned, exited, signalledAt } = container
  const hookAbort = new AbortController()
  let hook = Promise.resolve()
  const now = clock.monotonicNs()
  let step =
    signalledAt === undefined
      ? startTermination(
          { graceSeconds, hasPreStop: preStop !== undefined, waitsForTurn: turn !== undefined },
          now,
        )
      : resumeTermination({ graceSeconds, signalledAt }, now)
  while (step.action !== 'send-kill' && !abandoned.aborted) {
    if (step.action === 'run-pre-stop') hook = preStop?.(hookAbort.signal) ?? hook
    if (step.action === 'send-stop-signal') {
      hookAbort.abort()
      container.sendStopSignal()
    }
    const { kind } = step.state
    const awaited = kind === 'pre-stop' ? hook : kind === 'turn' ? (turn ?? hook) : exited
    const isEnded = await settledBefore(clock, step.state, awaited, abandoned)
    if (isEnded && kind === 'stopping') return
    step = stepTermination(step.state, isEnded ? 'done' : 'time', clock.monotonicNs())
  }
  hookAbort.abort()
  if (!abandoned.aborted) container.sendKill()
  await exited
}

/** True when `event` came first, false when the state's deadline did, or the abandonment. */
function settledBefore(
  clock: Clock,
  state: TerminationState,
  event: Promise<void>,
  abandoned: AbortSignal,
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const delayMs = (deadlineOf(state) - clock.monotonicNs()) / NS_PER_MS
    const finish = (isEnded: boolean) => {
      timer.cancel()
      abandoned.removeEventListener('abort', onAbandoned)
      resolve(isEnded)
    }
    const onAbandoned = () => finish(false)
    const timer = clock.after(delayMs, () => finish(false))
    abandoned.addEventListener('abort', onAbandoned, { once: true })
    event.then(() => finish(true), reject)
  })
}
