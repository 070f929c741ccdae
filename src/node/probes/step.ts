import type { Probe } from '../../api/pod.ts'
import { assertNever } from '../../base/invariant.ts'
import type { ProbeKind } from '../../timeline/fact.ts'
import { NS_PER_S } from '../timings.ts'

/** The numbers of a probe, Kubernetes' defaults filled in (`timeoutSeconds` 1, `periodSeconds` 10, thresholds 1 and 3). */
export interface ProbeRules {
  readonly kind: ProbeKind
  readonly initialDelaySeconds: number
  readonly periodSeconds: number
  readonly timeoutSeconds: number
  readonly successThreshold: number
  readonly failureThreshold: number
}

export type ProbeResult = 'unknown' | 'success' | 'failure'

/** What a probe worker remembers between two probes. */
export interface ProbeState {
  /** The container that the result is about. */
  readonly containerId?: string
  /** What the rest of the kubelet sees; undefined before there is a container. */
  readonly result?: ProbeResult
  /** No probing until there is a new container. */
  readonly onHold: boolean
  /** Equal outcomes in a row. They go on counting over a restart of the container, as in the kubelet. */
  readonly run: { readonly outcome: 'success' | 'failure' | 'none'; readonly length: number }
}

/** How one probe ended; errored: it could not be made, which changes no result. */
export type ProbeEnd = 'succeeded' | 'failed' | 'errored'

/** Ends of one kind in a row. They begin anew for another container, and where Kubernetes begins to count anew. */
export interface ProbeStreak {
  readonly end: ProbeEnd | 'none'
  readonly length: number
}

/** What the worker sees of its container when its time has come. */
export type ProbeView =
  | { readonly kind: 'pod-ended' }
  | { readonly kind: 'no-container' }
  | {
      readonly kind: 'not-running'
      readonly containerId: string
      /** It has ended and will not be restarted. */
      readonly isFinal: boolean
    }
  | {
      readonly kind: 'running'
      readonly containerId: string
      readonly startedAt: number
      /** The startup probe has succeeded, or there is none. */
      readonly started: boolean
      readonly podTerminating: boolean
    }

export interface ProbeGate {
  readonly state: ProbeState
  readonly next: 'probe' | 'wait' | 'stop'
}

export const NEW_PROBE: ProbeState = { onHold: false, run: { outcome: 'none', length: 0 } }

export const NO_STREAK: ProbeStreak = { end: 'none', length: 0 }

/** With the next end, and whether that is worth telling: one that did not succeed, or the first that does after such. */
export function extendStreak(
  streak: ProbeStreak,
  end: ProbeEnd,
): { readonly streak: ProbeStreak; readonly isNotable: boolean } {
  const length = streak.end === end ? streak.length + 1 : 1
  const isRecovery = streak.end === 'failed' || streak.end === 'errored'
  return { streak: { end, length }, isNotable: end !== 'succeeded' || isRecovery }
}

export function probeRules(kind: ProbeKind, probe: Probe): ProbeRules {
  return {
    kind,
    initialDelaySeconds: probe.initialDelaySeconds ?? 0,
    periodSeconds: probe.periodSeconds ?? 10,
    timeoutSeconds: probe.timeoutSeconds ?? 1,
    successThreshold: probe.successThreshold ?? 1,
    failureThreshold: probe.failureThreshold ?? 3,
  }
}

/**
 * Whether to probe now, and what can be said without probing: the gates of the kubelet's probe
 * worker in their order (pkg/kubelet/prober). Time in nanoseconds.
 */
export function gateProbe(
  rules: ProbeRules,
  state: ProbeState,
  view: ProbeView,
  now: number,
): ProbeGate {
  switch (view.kind) {
    case 'pod-ended':
      return { state, next: 'stop' }
    case 'no-container':
      return { state, next: 'wait' }
    case 'not-running': {
      const current = follow(rules, state, view.containerId)
      if (current.onHold) return { state: current, next: 'wait' }
      return {
        state: { ...current, result: 'failure' },
        next: view.isFinal ? 'stop' : 'wait',
      }
    }
    case 'running':
      return gateRunning(rules, follow(rules, state, view.containerId), view, now)
    default:
      return assertNever(view)
  }
}

/** The state after one probe: a result changes only after `threshold` equal outcomes in a row. */
export function stepProbe(
  rules: ProbeRules,
  state: ProbeState,
  outcome: 'success' | 'failure',
): ProbeState {
  const length = state.run.outcome === outcome ? state.run.length + 1 : 1
  const run = { outcome, length }
  const threshold = outcome === 'success' ? rules.successThreshold : rules.failureThreshold
  if (length < threshold) return { ...state, run }
  const isLast = rules.kind === 'startup' || (rules.kind === 'liveness' && outcome === 'failure')
  if (!isLast) return { ...state, run, result: outcome }
  return { ...state, run: { outcome, length: 0 }, result: outcome, onHold: true }
}

function gateRunning(
  rules: ProbeRules,
  state: ProbeState,
  view: ProbeView & { readonly kind: 'running' },
  now: number,
): ProbeGate {
  if (state.onHold) return { state, next: 'wait' }
  if (view.podTerminating && rules.kind !== 'readiness') {
    return { state: { ...state, result: 'success' }, next: 'stop' }
  }
  const runningSeconds = Math.floor((now - view.startedAt) / NS_PER_S)
  if (runningSeconds < rules.initialDelaySeconds) return { state, next: 'wait' }
  // The startup probe runs until the container has started, the other two from then on.
  const isTurn = view.started ? rules.kind !== 'startup' : rules.kind === 'startup'
  return { state, next: isTurn ? 'probe' : 'wait' }
}

/** A new container begins with the probe's initial result and lifts the hold. */
function follow(rules: ProbeRules, state: ProbeState, containerId: string): ProbeState {
  if (state.containerId === containerId) return state
  return { ...state, containerId, result: initialResult(rules.kind), onHold: false }
}

function initialResult(kind: ProbeKind): ProbeResult {
  switch (kind) {
    case 'readiness':
      return 'failure'
    case 'liveness':
      return 'success'
    case 'startup':
      return 'unknown'
    default:
      return assertNever(kind)
  }
}
