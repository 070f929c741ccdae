import { describe, expect, test } from 'vitest'
import type { PodPhase } from '../../api/pod.ts'
import type {
  ContainerPhase,
  ContainerRecord,
  ContainerRole,
  Termination,
} from '../container/container-record.ts'
import { podPhase } from './phase.ts'
import type { RestartPolicy } from './sync-view.ts'

const ended = (exitCode: number): Termination => ({
  containerId: 'c0',
  exitCode,
  reason: '',
  endedAt: 0,
})
const ROLES: Readonly<Record<string, ContainerRole>> = { i: 'init', s: 'sidecar', a: 'app' }

/**
 * `i0 sR aw`: role and state. `-` never ran, `r` runs and has not started, `R` runs, `0` and `1` ended so, `w` and `W` wait
 * after an end with 0 and with 1.
 */
function recordsOf(text: string): readonly (ContainerRecord & { readonly isStarted: boolean })[] {
  return text.split(' ').map((word, index) => {
    const [role = '', state = ''] = word
    const last = { w: ended(0), W: ended(1) }[state]
    return {
      name: `${role}${index}`,
      role: ROLES[role] ?? 'app',
      phase: phaseOf(state),
      restarts: 0,
      isStarted: state === 'R',
      ...(state === '-' ? {} : { containerId: 'c0' }),
      ...(last === undefined ? {} : { last }),
    }
  })
}

function phaseOf(state: string): ContainerPhase {
  if (state === 'r' || state === 'R') return { kind: 'running', startedAt: 0, startedWall: '' }
  if (state === '0' || state === '1') {
    return { kind: 'terminated', termination: ended(Number(state)) }
  }
  return { kind: 'waiting', reason: '' }
}

function phase(text: string, restartPolicy: RestartPolicy, isOver = false): PodPhase {
  const records = recordsOf(text)
  const started = new Set(records.filter(({ isStarted }) => isStarted).map(({ name }) => name))
  return podPhase(records, { restartPolicy, started, isOver })
}

const POLICIES: readonly RestartPolicy[] = ['Always', 'OnFailure', 'Never']

describe('the phase by restartPolicy: Always, OnFailure, Never', () => {
  test.each<readonly [string, string]>([
    // TestPodPhaseWithRestart…InitContainers
    ['i- a-', 'Pending Pending Pending'],
    ['iR a-', 'Pending Pending Pending'],
    ['i0 a-', 'Pending Pending Pending'],
    ['i1 a-', 'Pending Pending Failed'],
    ['iW a-', 'Pending Pending Failed'],
    ['i0 aR aR', 'Running Running Running'],
    ['i0 aR a-', 'Pending Pending Pending'],
    ['i0 aR a1', 'Running Running Running'],
    ['i0 a0 a0', 'Running Succeeded Succeeded'],
    ['i0 a0 a1', 'Running Running Failed'],
    ['i0 aW aR', 'Running Running Running'],
    // TestPodPhaseWithRestart…RestartableInitContainers
    ['s- a-', 'Pending Pending Pending'],
    ['sr a-', 'Pending Pending Pending'],
    ['sR a-', 'Pending Pending Pending'],
    ['sR aR', 'Running Running Running'],
    // Started again beside apps that run: the pod does not go back.
    ['sr aR', 'Running Running Running'],
    ['sW aR', 'Running Running Running'],
    ['s1 aR', 'Running Running Running'],
    // It counts as long as it runs, and its exit code never.
    ['sR a0', 'Running Running Running'],
    ['s1 a0', 'Running Succeeded Succeeded'],
    ['s0 a1', 'Running Running Failed'],
    ['sR aw', 'Running Running Running'],
  ])('%s: %s', (text, expected) => {
    expect(POLICIES.map((policy) => phase(text, policy)).join(' ')).toBe(expected)
  })
})

describe('the phase of a pod that is over, whatever its policy', () => {
  test.each<readonly [string, PodPhase]>([
    ['a0 a0', 'Succeeded'],
    ['a0 a1', 'Failed'],
    ['s1 a0', 'Succeeded'],
    ['i0 s0 aW', 'Failed'],
    // Ended before its apps ran: it has failed (TerminatePod).
    ['i0 a-', 'Failed'],
    ['i1 a-', 'Failed'],
    ['a-', 'Failed'],
  ])('%s: %s', (text, expected) => {
    expect(POLICIES.map((policy) => phase(text, policy, true))).toEqual([
      expected,
      expected,
      expected,
    ])
  })
})
