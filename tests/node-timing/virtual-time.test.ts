import { describe, expect, test } from 'vitest'
import { playPod } from '../support/played-pod.ts'
import { modelledApp } from './behaviour.ts'
import { eventsOf, parseEvent } from './events.ts'
import type { TimingRow } from './row.ts'
import { ROWS } from './rows.ts'
import { podSpecOf } from './pod-of-row.ts'

async function playRow(row: TimingRow) {
  const programs = Object.entries(row.programs)
  const apps = Object.fromEntries(programs.map(([name, program]) => [name, modelledApp(program)]))
  const pod = playPod({ apps, spec: podSpecOf(row) })
  if (row.deletedAtMs !== undefined) {
    await pod.clock.advance(row.deletedAtMs)
    pod.deletePod()
  }
  await pod.clock.advance(row.untilMs - (row.deletedAtMs ?? 0))
  return eventsOf(pod)
}

describe('when each thing happens in the life of a pod', () => {
  test.each(ROWS)('$name: $rule', async (row) => {
    const lines = (await playRow(row)).map(({ atMs, text }) => `${atMs} ${text}`)
    const expected = row.expected.map(parseEvent)
    const ordered = expected.toSorted((a, b) => a.atMs - b.atMs || (a.text < b.text ? -1 : 1))
    expect(lines).toEqual(ordered.map(({ atMs, text }) => `${atMs} ${text}`))
  })

  test('the table has 30 rows, and a dozen of them are run for real too', () => {
    expect(ROWS.length).toBeGreaterThanOrEqual(30)
    expect(ROWS.filter(({ isLive }) => isLive).length).toBeGreaterThanOrEqual(12)
  })
})
