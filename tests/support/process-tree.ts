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

/** Of user and system, of all of them and of what they have started and waited for. */
export function cpuMsOf(ids: readonly number[]): number {
  const ticks = ids.flatMap((id) => attempt(() => statOf(id).slice(11, 15).map(Number)).flat())
  return ticks.reduce((total, each) => total + each, 0) * TICK_MS
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
