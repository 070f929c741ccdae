import { readdirSync, readFileSync } from 'node:fs'

/** Linux tells CPU time in these. */
const TICK_MS = 10

/** The process itself and all that it has started and looks after. */
export function descendantsOf(root: number): readonly number[] {
  const children = new Map<number, number[]>()
  for (const id of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const [parent] = attempt(() => Number(statOf(Number(id))[1]))
    if (parent !== undefined) {
      children.set(parent, [...(children.get(parent) ?? []), Number(id)])
    }
  }
  const found = [root]
  for (const id of found) found.push(...(children.get(id) ?? []))
  return found
}

export interface CpuTime {
  readonly userMs: number
  readonly systemMs: number
  /** Of what they have started and waited for, both. */
  readonly endedMs: number
}

/** Of all of them together. */
export function cpuTimeOf(ids: readonly number[]): CpuTime {
  const times = ids.flatMap((id) => attempt(() => statOf(id).slice(11, 15).map(Number)))
  const msOf = (place: number) =>
    times.reduce((total, ticks) => total + (ticks[place] ?? 0), 0) * TICK_MS
  return { userMs: msOf(0), systemMs: msOf(1), endedMs: msOf(2) + msOf(3) }
}

/** Nothing when the process has just ended. */
export function attempt<T>(read: () => T): readonly T[] {
  try {
    return [read()]
  } catch {
    return []
  }
}

/** From its state on: the name before may hold anything. */
function statOf(id: number): readonly string[] {
  const stat = readFileSync(`/proc/${id}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}
