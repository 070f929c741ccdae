import { describe, expect, test } from 'vitest'
import type {
  ContainerPhase,
  ContainerRecord,
  ContainerRole,
} from '../container/container-record.ts'
import { planInit } from './init-plan.ts'
import type { RestartPolicy, SyncedContainer } from './sync-view.ts'

const RUNNING: ContainerPhase = { kind: 'running', startedAt: 0, startedWall: '' }
const WAITING: ContainerPhase = { kind: 'waiting', reason: 'PodInitializing' }
const ended = (exitCode: number): ContainerPhase => ({
  kind: 'terminated',
  termination: { containerId: 'c0', exitCode, reason: '', endedAt: 0 },
})

const ROLES: Readonly<Record<string, ContainerRole>> = { i: 'init', s: 'sidecar', a: 'app' }
const PHASES: Readonly<Record<string, ContainerPhase>> = {
  '-': WAITING,
  r: RUNNING,
  R: RUNNING,
  '0': ended(0),
  '1': ended(1),
}

/** `i0 sR a-`: an init container that ended with 0, a sidecar past its startup probe, an app that never ran. */
function containersOf(text: string): readonly SyncedContainer[] {
  return text.split(' ').map((word, index) => {
    const [role = '', state = ''] = word
    const phase = PHASES[state] ?? WAITING
    const record: ContainerRecord = {
      name: `${role}${index + 1}`,
      role: ROLES[role] ?? 'app',
      phase,
      restarts: 0,
      ...(state === '-' ? {} : { containerId: `c${index}` }),
    }
    return { record, isStarted: state === 'R' }
  })
}

const plan = (text: string, policy: RestartPolicy = 'Always') => {
  const made = planInit(containersOf(text), policy)
  if (made.kind === 'failed') return 'failed'
  return [made.kind, ...made.startable.map(({ name }) => name)].join(' ')
}

describe('the rows of TestComputePodActionsWithInitContainers', () => {
  test.each<readonly [string, RestartPolicy, string]>([
    ['i- i- i- a-', 'Always', 'initializing i1'],
    ['i0 i- i- a-', 'Always', 'initializing i2'],
    ['i0 ir i- a-', 'Always', 'initializing'],
    ['i0 i0 i0 a-', 'Always', 'initialized'],
    // One has failed: again, or never.
    ['i0 i0 i1 a-', 'Always', 'initializing i3'],
    ['i0 i0 i1 a-', 'OnFailure', 'initializing i3'],
    ['i0 i0 i1 a-', 'Never', 'failed'],
    // An app that runs proves that all has been initialized, whatever is left of the init containers.
    ['i0 i0 i1 aR', 'Never', 'initialized'],
    ['i- i- i- aR', 'Always', 'initialized'],
    ['aR', 'Always', 'initialized'],
  ])('%s with %s: %s', (text, policy, expected) => {
    expect(plan(text, policy)).toBe(expected)
  })
})

describe('the rows of TestComputePodActionsWithRestartableInitContainers', () => {
  test.each<readonly [string, RestartPolicy, string]>([
    ['s- s- s- a-', 'Always', 'initializing s1'],
    // Not started yet: the next one waits.
    ['sr s- s- a-', 'Always', 'initializing'],
    ['sR s- s- a-', 'Always', 'initializing s2'],
    ['sR sr s- a-', 'Always', 'initializing'],
    ['sR sR sR a-', 'Always', 'initialized'],
    // The last one runs: earlier ones that have ended are started again with it, under any policy.
    ['sR s1 sR a-', 'Always', 'initialized s2'],
    ['sR s1 sR a-', 'Never', 'initialized s2'],
    ['s0 sR sR aR', 'OnFailure', 'initialized s1'],
    // The last one itself has ended before the apps ran: they wait for it.
    ['sR sR s0 a-', 'Never', 'initializing s3'],
    ['sR sR s1 aR', 'Never', 'initialized s3'],
    ['sR sR sR a1', 'Always', 'initialized'],
  ])('%s with %s: %s', (text, policy, expected) => {
    expect(plan(text, policy)).toBe(expected)
  })
})

describe('init containers and sidecars in turn', () => {
  test.each<readonly [string, RestartPolicy, string]>([
    ['sR i- a-', 'Always', 'initializing i2'],
    ['s1 ir a-', 'Always', 'initializing s1'],
    ['sR i1 a-', 'Always', 'initializing i2'],
    ['s1 i1 a-', 'OnFailure', 'initializing s1 i2'],
    ['sR i1 a-', 'Never', 'failed'],
    ['i0 sr a-', 'Always', 'initializing'],
    ['i0 sR a-', 'Always', 'initialized'],
    ['i1 sR aR', 'Never', 'initialized'],
  ])('%s with %s: %s', (text, policy, expected) => {
    expect(plan(text, policy)).toBe(expected)
  })
})
