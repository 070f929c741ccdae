import { expect, test } from 'vitest'
import { deadlineOf, resumeTermination, startTermination, stepTermination } from './step.ts'

const SECOND = 1_000_000_000

test.each([
  { grace: 30, hasPreStop: false, action: 'send-stop-signal', deadline: 30 },
  { grace: 30, hasPreStop: true, action: 'run-pre-stop', deadline: 30 },
  // pkg/kubelet/kuberuntime: minimumGracePeriodInSeconds is 2.
  { grace: 1, hasPreStop: false, action: 'send-stop-signal', deadline: 2 },
  { grace: 1, hasPreStop: true, action: 'run-pre-stop', deadline: 1 },
  // Without any grace the hook is left out.
  { grace: 0, hasPreStop: true, action: 'send-stop-signal', deadline: 2 },
])('grace $grace s, hook $hasPreStop: first $action, then at $deadline s', (row) => {
  const container = { graceSeconds: row.grace, hasPreStop: row.hasPreStop }
  const { state, action } = startTermination(container, 100 * SECOND)
  expect(action).toBe(row.action)
  expect(deadlineOf(state)).toBe((100 + row.deadline) * SECOND)
})

test.each([
  // A hook of 5.9 s uses 5 whole seconds: SIGKILL comes 25 s after SIGTERM.
  { endsAt: 5.9, event: 'done', killAt: 5.9 + 25 },
  { endsAt: 0.3, event: 'done', killAt: 0.3 + 30 },
  { endsAt: 29, event: 'done', killAt: 29 + 2 },
  { endsAt: 30, event: 'time', killAt: 30 + 2 },
] as const)('a hook that ends at $endsAt s by $event has SIGKILL at $killAt s', (row) => {
  const first = startTermination({ graceSeconds: 30, hasPreStop: true }, 0)
  const { state, action } = stepTermination(first.state, row.event, row.endsAt * SECOND)
  expect(action).toBe('send-stop-signal')
  expect(deadlineOf(state) / SECOND).toBeCloseTo(row.killAt)
})

test('SIGKILL is sent at its time, not before, and once', () => {
  const { state } = startTermination({ graceSeconds: 3, hasPreStop: false }, 0)
  expect(stepTermination(state, 'time', 3 * SECOND - 1).action).toBe('none')
  const killed = stepTermination(state, 'time', 3 * SECOND)
  expect(killed.action).toBe('send-kill')
  expect(stepTermination(killed.state, 'time', 9 * SECOND).action).toBe('none')
})

test.each([
  { what: 'what is left of the grace period', graceSeconds: 7, signalledAt: 95, killAt: 107 },
  { what: 'two seconds from its signal at least', graceSeconds: 0, signalledAt: 99, killAt: 101 },
  { what: 'nothing when its time has passed', graceSeconds: 0, signalledAt: 50, killAt: 100 },
])('one that was signalled before has $what', ({ graceSeconds, signalledAt, killAt }) => {
  const options = { graceSeconds, signalledAt: signalledAt * SECOND }
  const { state, action } = resumeTermination(options, 100 * SECOND)
  expect(action).toBe('none')
  expect(deadlineOf(state)).toBe(killAt * SECOND)
})
