import { describe, expect, test } from 'vitest'
import type { ProbeKind } from '../../timeline/fact.ts'
import {
  extendStreak,
  gateProbe,
  NEW_PROBE,
  NO_STREAK,
  type ProbeRules,
  probeRules,
  type ProbeState,
  type ProbeView,
  stepProbe,
} from './step.ts'

const SECOND = 1_000_000_000
const KINDS: readonly ProbeKind[] = ['startup', 'liveness', 'readiness']

const running = (changes: Partial<ProbeView & { readonly kind: 'running' }> = {}): ProbeView => ({
  kind: 'running',
  containerId: 'c0',
  startedAt: 0,
  started: true,
  podTerminating: false,
  ...changes,
})

/** Only the startup probe runs before the container has started, only the others after it. */
const turnOf = (kind: ProbeKind) => ({ started: kind !== 'startup' })

describe('the rows of TestDoProbe (pkg/kubelet/prober/worker_test.go)', () => {
  const INITIAL = { startup: 'unknown', liveness: 'success', readiness: 'failure' }

  for (const kind of KINDS) {
    const rules = probeRules(kind, {})
    const gate = (view: ProbeView, state: ProbeState = NEW_PROBE, changed = rules) =>
      gateProbe(changed, state, view, 10 * SECOND)

    test(`${kind}: without a container the worker waits and has no result`, () => {
      expect(gate({ kind: 'no-container' })).toEqual({ state: NEW_PROBE, next: 'wait' })
    })

    test(`${kind}: a pod that has ended stops the worker without a result`, () => {
      expect(gate({ kind: 'pod-ended' })).toEqual({ state: NEW_PROBE, next: 'stop' })
    })

    test(`${kind}: a container that waits counts as a failure and the worker goes on`, () => {
      const { state, next } = gate({ kind: 'not-running', containerId: 'c0', isFinal: false })
      expect([state.result, next]).toEqual(['failure', 'wait'])
    })

    test(`${kind}: a container that ended for good counts as a failure and stops the worker`, () => {
      const { state, next } = gate({ kind: 'not-running', containerId: 'c0', isFinal: true })
      expect([state.result, next]).toEqual(['failure', 'stop'])
    })

    test(`${kind}: a running container is probed, from the initial result on`, () => {
      const { state, next } = gate(running(turnOf(kind)))
      expect([state.result, next]).toEqual([INITIAL[kind], 'probe'])
    })

    test(`${kind}: a success then is the result`, () => {
      const { state } = gate(running(turnOf(kind)))
      expect(stepProbe(rules, state, 'success').result).toBe('success')
    })

    test(`${kind}: it waits for its turn when the container has not started, or has`, () => {
      const { started } = turnOf(kind)
      expect(gate(running({ started: !started })).next).toBe('wait')
    })

    test(`${kind}: the deletion of the pod stops liveness and startup as a success, not readiness`, () => {
      const { state, next } = gate(running({ ...turnOf(kind), podTerminating: true }))
      const expected = kind === 'readiness' ? ['failure', 'probe'] : ['success', 'stop']
      expect([state.result, next]).toEqual(expected)
    })
  }
})

describe('initialDelaySeconds', () => {
  const rules = probeRules('readiness', { initialDelaySeconds: 10 })
  test.each([
    [9.999, 'wait'],
    [10, 'probe'],
    [10.5, 'probe'],
  ])('counts whole seconds since the start: at %s s the worker says %s', (seconds, next) => {
    expect(gateProbe(rules, NEW_PROBE, running(), seconds * SECOND).next).toBe(next)
  })
})

describe('thresholds count consecutive outcomes', () => {
  type Letters = string
  /** `s` and `f` are outcomes; the result is the letter of the result after each, `?` for unknown. */
  const play = (rules: ProbeRules, initial: ProbeState['result'], outcomes: Letters): Letters => {
    let state: ProbeState = { ...NEW_PROBE, containerId: 'c0', ...(initial && { result: initial }) }
    return outcomes
      .split('')
      .map((letter) => {
        state = stepProbe(rules, state, letter === 's' ? 'success' : 'failure')
        return state.result === 'unknown' ? '?' : (state.result?.charAt(0) ?? '-')
      })
      .join('')
  }

  test.each([
    ['readiness', { failureThreshold: 3 }, 'failure', 'sffsfffs', 'ssssssfs'],
    ['readiness', { successThreshold: 3 }, 'failure', 'ssfsssfs', 'fffffsss'],
    ['readiness', { successThreshold: 3, failureThreshold: 1 }, 'success', 'fsss', 'fffs'],
    ['liveness', { failureThreshold: 2 }, 'success', 'fsff', 'sssf'],
    ['startup', { failureThreshold: 3 }, 'unknown', 'ffs', '??s'],
    ['startup', { failureThreshold: 3 }, 'unknown', 'fff', '??f'],
  ] as const)('%s %o from %s: %s gives %s', (kind, probe, initial, outcomes, results) => {
    expect(play(probeRules(kind, probe), initial, outcomes)).toBe(results)
  })
})

const held = (kind: ProbeKind, outcome: 'success' | 'failure') =>
  stepProbe(probeRules(kind, { failureThreshold: 1 }), { ...NEW_PROBE, containerId: 'c0' }, outcome)
    .onHold

describe('the hold', () => {
  test.each([
    ['startup', 'success', true],
    ['startup', 'failure', true],
    ['liveness', 'failure', true],
    ['liveness', 'success', false],
    ['readiness', 'failure', false],
  ] as const)('%s after a %s: on hold is %s', (kind, outcome, onHold) => {
    expect(held(kind, outcome)).toBe(onHold)
  })

  test('a new container lifts it and begins with the initial result', () => {
    const rules = probeRules('liveness', {})
    const before: ProbeState = { ...NEW_PROBE, containerId: 'c0', result: 'failure', onHold: true }
    expect(gateProbe(rules, before, running(), SECOND).next).toBe('wait')
    const { state, next } = gateProbe(rules, before, running({ containerId: 'c1' }), SECOND)
    expect([state.result, state.onHold, next]).toEqual(['success', false, 'probe'])
  })
})

describe('what is told of single probes', () => {
  test.each([
    ['successes are not', 'sss', '...'],
    ['every failure is, and the first success after it', 'sffssf', '.121.1'],
    ['errors count for themselves', 'ffeefs', '121211'],
    ['the first success is not', 'ss', '..'],
  ])('%s', (_, ends, told) => {
    let streak = NO_STREAK
    const seen = ends.split('').map((letter) => {
      const end = letter === 's' ? 'succeeded' : letter === 'f' ? 'failed' : 'errored'
      const step = extendStreak(streak, end)
      streak = step.streak
      return step.isNotable ? String(streak.length) : '.'
    })
    expect(seen.join('')).toBe(told)
  })
})
