import type { RequestRecord } from '../timeline/ledger.ts'
import { groupIntoOutages } from '../timeline/outage.ts'
import { secondsOf } from './units.ts'
import type { OutageWindow } from './verdict.ts'

/** Every drop is in exactly one window; the windows are in the order of time. */
export function outageWindowsOf(
  drops: readonly RequestRecord[],
  causeBySequence: ReadonlyMap<number, string>,
): OutageWindow[] {
  return groupIntoOutages(drops).map((group) => ({
    startedAt: secondsOf(group[0]?.intendedAt ?? 0),
    endedAt: secondsOf(group.at(-1)?.intendedAt ?? 0),
    requests: group.length,
    causes: countCauses(group, causeBySequence),
  }))
}

function countCauses(
  group: readonly RequestRecord[],
  causeBySequence: ReadonlyMap<number, string>,
): Record<string, number> {
  const counts = Map.groupBy(group, ({ sequence }) => causeBySequence.get(sequence) ?? '')
  return Object.fromEntries(
    [...counts]
      .map(([cause, own]) => [cause, own.length] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}
