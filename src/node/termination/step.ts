import { assertNever } from '../../base/invariant.ts'
import { NS_PER_S } from '../timings.ts'

/** The least time between SIGTERM and SIGKILL (minimumGracePeriodInSeconds of the kubelet). */
export const GRACE_SECONDS_MIN = 2

/** A container on its way out. Times are nanoseconds. */
export type TerminationState =
  /** The preStop hook runs on the grace period's time; at its end it is left alone. */
  | {
      readonly kind: 'pre-stop'
      readonly startedAt: number
      readonly graceSeconds: number
      readonly waitsForTurn: boolean
    }
  /** Others of its pod have to end before it is signalled; that takes of the grace period too. */
  | { readonly kind: 'turn'; readonly startedAt: number; readonly graceSeconds: number }
  /** The stop signal was sent; SIGKILL follows at `killAt`. */
  | { readonly kind: 'stopping'; readonly killAt: number }
  | { readonly kind: 'killed' }

export interface TerminationStep {
  readonly state: TerminationState
  readonly action: 'run-pre-stop' | 'send-stop-signal' | 'send-kill' | 'none'
}

/**
 * The first step of stopping a container: the preStop hook if it has one and there is any grace,
 * else the stop signal, when it is its turn.
 * https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination
 */
export function startTermination(
  container: {
    readonly graceSeconds: number
    readonly hasPreStop: boolean
    /** Only sidecars do. Default false. */
    readonly waitsForTurn?: boolean
  },
  now: number,
): TerminationStep {
  const { graceSeconds, hasPreStop, waitsForTurn = false } = container
  if (hasPreStop && graceSeconds > 0) {
    const state = { kind: 'pre-stop', startedAt: now, graceSeconds, waitsForTurn } as const
    return { state, action: 'run-pre-stop' }
  }
  return waitsForTurn ? waitForTurn(graceSeconds, now) : signalStop(graceSeconds, now)
}

/** The first step for one that was sent its stop signal before, with what is left of its grace period. */
export function resumeTermination(
  { graceSeconds, signalledAt }: { readonly graceSeconds: number; readonly signalledAt: number },
  now: number,
): TerminationStep {
  const killAt = Math.max(now + graceSeconds * NS_PER_S, signalledAt + GRACE_SECONDS_MIN * NS_PER_S)
  return { state: { kind: 'stopping', killAt }, action: 'none' }
}

/** The next step, when what the state waits for has come (`done`) or the clock has reached `deadlineOf(state)`. */
export function stepTermination(
  state: TerminationState,
  event: 'done' | 'time',
  now: number,
): TerminationStep {
  switch (state.kind) {
    case 'pre-stop': {
      if (event === 'time' && now < deadlineOf(state)) return { state, action: 'none' }
      const leftSeconds = graceLeft(state, now)
      return state.waitsForTurn ? waitForTurn(leftSeconds, now) : signalStop(leftSeconds, now)
    }
    case 'turn':
      if (event === 'time' && now < deadlineOf(state)) return { state, action: 'none' }
      return signalStop(graceLeft(state, now), now)
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
    case 'turn':
      return state.startedAt + state.graceSeconds * NS_PER_S
    case 'stopping':
      return state.killAt
    case 'killed':
      return Number.POSITIVE_INFINITY
    default:
      return assertNever(state)
  }
}

/** Only whole seconds of a hook and of a wait count against the grace period, each for itself. */
function graceLeft(
  { startedAt, graceSeconds }: { readonly startedAt: number; readonly graceSeconds: number },
  now: number,
): number {
  return graceSeconds - Math.floor((now - startedAt) / NS_PER_S)
}

function waitForTurn(graceSeconds: number, now: number): TerminationStep {
  if (graceSeconds <= 0) return signalStop(graceSeconds, now)
  return { state: { kind: 'turn', startedAt: now, graceSeconds }, action: 'none' }
}

function signalStop(graceSeconds: number, now: number): TerminationStep {
  const seconds = Math.max(graceSeconds, GRACE_SECONDS_MIN)
  return {
    state: { kind: 'stopping', killAt: now + seconds * NS_PER_S },
    action: 'send-stop-signal',
  }
}
