import { assertNever } from '../../base/invariant.ts'
import { NS_PER_S } from '../timings.ts'

/** The least time between SIGTERM and SIGKILL (minimumGracePeriodInSeconds of the kubelet). */
export const GRACE_SECONDS_MIN = 2

/** A container on its way out. Times are nanoseconds. */
export type TerminationState =
  /** The preStop hook runs on the grace period's time; at its end it is left alone. */
  | { readonly kind: 'pre-stop'; readonly startedAt: number; readonly graceSeconds: number }
  /** The stop signal was sent; SIGKILL follows at `killAt`. */
  | { readonly kind: 'stopping'; readonly killAt: number }
  | { readonly kind: 'killed' }

export interface TerminationStep {
  readonly state: TerminationState
  readonly action: 'run-pre-stop' | 'send-stop-signal' | 'send-kill' | 'none'
}

/**
 * The first step of stopping a container: the preStop hook if it has one and there is any grace,
 * else the stop signal. https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination
 */
export function startTermination(
  container: { readonly graceSeconds: number; readonly hasPreStop: boolean },
  now: number,
): TerminationStep {
  if (container.hasPreStop && container.graceSeconds > 0) {
    return {
      state: { kind: 'pre-stop', startedAt: now, graceSeconds: container.graceSeconds },
      action: 'run-pre-stop',
    }
  }
  return signalStop(container.graceSeconds, now)
}

/** The next step, when the hook has ended or the clock has reached `deadlineOf(state)`. */
export function stepTermination(
  state: TerminationState,
  event: 'hook-ended' | 'time',
  now: number,
): TerminationStep {
  switch (state.kind) {
    case 'pre-stop': {
      if (event === 'time' && now < deadlineOf(state)) return { state, action: 'none' }
      // Only whole seconds of the hook count against the grace period.
      const usedSeconds = Math.floor((now - state.startedAt) / NS_PER_S)
      return signalStop(state.graceSeconds - usedSeconds, now)
    }
    case 'stopping':
      if (now < state.killAt) return { state, action: 'none' }
      return { state: { kind: 'killed' }, action: 'send-kill' }
    case 'killed':
      return { state, action: 'none' }
    default:
      return assertNever(state)
  }
}

/** When the next step is due whatever happens; infinite once SIGKILL was sent. */
export function deadlineOf(state: TerminationState): number {
  switch (state.kind) {
    case 'pre-stop':
      return state.startedAt + state.graceSeconds * NS_PER_S
    case 'stopping':
      return state.killAt
    case 'killed':
      return Number.POSITIVE_INFINITY
    default:
      return assertNever(state)
  }
}

function signalStop(graceSeconds: number, now: number): TerminationStep {
  const seconds = Math.max(graceSeconds, GRACE_SECONDS_MIN)
  return {
    state: { kind: 'stopping', killAt: now + seconds * NS_PER_S },
    action: 'send-stop-signal',
  }
}
