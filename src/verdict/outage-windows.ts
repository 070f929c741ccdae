import type { RequestRecord } from '../timeline/ledger.ts'
import { secondsOf } from './units.ts'
import type { OutageWindow } from './verdict.ts'

/** Drops further apart than this belong to different windows. */
const GAP_NS = 1e9

/** Every drop is in exactly one window; the windows are in the order of time. */
export function outageWindowsOf(
  drops: readonly RequestRecord[],
  causeBySequence: ReadonlyMap<number, string>,
): OutageWindow[] {
  const groups: RequestRecord[][] = []
  let lastAt = -Infinity
  for (const drop of drops.toSorted(
    (a, b) => a.intendedAt - b.intendedAt || a.sequence - b.sequence,
  )) {
    if (drop.intendedAt - lastAt >= GAP_NS) groups.push([])
    groups.at(-1)?.push(drop)
    lastAt = drop.intendedAt
  }
  return groups.map((group) => ({
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
