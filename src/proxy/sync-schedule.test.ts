import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { newVirtualClock } from '../world/virtual-clock.ts'
import { INITIAL_SYNC_STATE, stepSync, type SyncEvent, type SyncState } from './sync-schedule.ts'

interface Scenario {
  /** Milliseconds at which something changes, ascending. */
  readonly changes: readonly number[]
  /** How long the syncs take, in turn. */
  readonly durations: readonly number[]
  readonly minSyncIntervalMs: number
}

/**
 * The starts of all syncs, as the step function makes them on a virtual clock. Of events at one
 * instant the changes come first.
 */
async function startsByStepping(scenario: Scenario): Promise<number[]> {
  const { changes, durations, minSyncIntervalMs } = scenario
  const clock = newVirtualClock()
  const starts: number[] = []
  let state: SyncState = INITIAL_SYNC_STATE
  const step = (event: SyncEvent) => {
    const nowNs = clock.monotonicNs()
    const next = stepSync(state, event, { nowNs, minSyncIntervalMs })
    state = next.state
    if (next.action.kind === 'wait')
      clock.after((next.action.dueNs - nowNs) / 1e6, () => step('due'))
    if (next.action.kind === 'sync') {
      starts.push(nowNs / 1e6)
      clock.after(durations[(starts.length - 1) % durations.length] ?? 0, () => step('finished'))
    }
  }
  for (const atMs of changes) clock.after(atMs, () => step('changed'))
  await clock.advance(1_000_000)
  expect(clock.timerCount).toBe(0)
  return starts
}

/** The same said slowly: look at every millisecond whether something waits and a sync may start. */
function startsByLooking({ changes, durations, minSyncIntervalMs }: Scenario): number[] {
  const starts: number[] = []
  let waiting = false
  let busyUntil = 0
  for (let nowMs = 0; nowMs <= 40_000; nowMs++) {
    waiting ||= changes.includes(nowMs)
    const lastStart = starts.at(-1)
    const allowed = lastStart === undefined || nowMs >= lastStart + minSyncIntervalMs
    if (waiting && allowed && nowMs >= busyUntil) {
      busyUntil = nowMs + (durations[starts.length % durations.length] ?? 0)
      starts.push(nowMs)
      waiting = false
    }
  }
  return starts
}

test('the schedule starts the same syncs as looking at every millisecond does', async () => {
  const scenarios = fc.record({
    changes: fc
      .uniqueArray(fc.nat(10_000), { maxLength: 40 })
      .map((times) => times.sort((a, b) => a - b)),
    durations: fc.array(fc.nat(1_400), { minLength: 1, maxLength: 5 }),
    minSyncIntervalMs: fc.constantFrom(0, 400, 1_000),
  })
  await fc.assert(
    fc.asyncProperty(scenarios, async (scenario) => {
      expect(await startsByStepping(scenario)).toEqual(startsByLooking(scenario))
    }),
    { numRuns: 150 },
  )
}, 60_000)

test('a change long after the last sync is acted on at once', async () => {
  const rule = { durations: [40], minSyncIntervalMs: 1_000 }
  expect(await startsByStepping({ ...rule, changes: [0, 1_500] })).toEqual([0, 1_500])
})

test('a change soon after the last sync waits until a second after its start', async () => {
  const rule = { durations: [40], minSyncIntervalMs: 1_000 }
  // A pod's not-ready endpoint at 0, its readiness at 300, the deletion of an old pod at 310.
  expect(await startsByStepping({ ...rule, changes: [0, 300, 310] })).toEqual([0, 1_000])
})

test('a change while routes are being programmed is not in them and needs another sync', async () => {
  const rule = { durations: [40], minSyncIntervalMs: 0 }
  expect(await startsByStepping({ ...rule, changes: [0, 10] })).toEqual([0, 40])
})

test('without an interval and without changes in between each change is a sync of its own', async () => {
  const rule = { durations: [0], minSyncIntervalMs: 0 }
  expect(await startsByStepping({ ...rule, changes: [0, 1, 2] })).toEqual([0, 1, 2])
})

test.each<[state: SyncState, event: SyncEvent]>([
  [{ kind: 'idle' }, 'due'],
  [{ kind: 'idle', lastStartNs: 1 }, 'finished'],
  [{ kind: 'waiting', dueNs: 1e9, lastStartNs: 0 }, 'changed'],
  [{ kind: 'waiting', dueNs: 1e9, lastStartNs: 0 }, 'finished'],
  [{ kind: 'syncing', startNs: 1 }, 'due'],
  [{ kind: 'syncing-outdated', startNs: 1 }, 'changed'],
  [{ kind: 'syncing-outdated', startNs: 1 }, 'due'],
])('in state %j the event %s changes nothing', (state, event) => {
  expect(stepSync(state, event, { nowNs: 5e9, minSyncIntervalMs: 1_000 })).toEqual({
    state,
    action: { kind: 'none' },
  })
})
