import type { Scenario } from './scenario.ts'
import { NOTHING, type Range, type Trace } from './trace.ts'

/** A line of ours at which nothing that was recorded fits. */
export interface Difference {
  readonly key: string
  readonly recorded: readonly string[]
  readonly ours: string
}

/** A kubelet sees a deletion up to a second late, begins a probe or sees an end another second late, and then tells of it. */
const LATE_SECONDS_MAX = 3.6
/** Ours has nothing of the kind; but a machine with other work delays it, and never hastens it. */
const SLOW_SECONDS_MAX = 6
/** Starting a container costs the real node what it may: that is no rule. */
const HAS_START = /^(container [^:]+: running|phase: Running)| after container .*: waiting/
/** A first status, and that the first container is ready without a probe. */
const IS_FIRST = /^(Ready|started [^:]+): .* after step 0$/

export function differencesOf(recorded: Trace, ours: Trace, scenario: Scenario): Difference[] {
  const keys = new Set([...recorded.lines.keys(), ...ours.lines.keys()])
  const different = [...keys].flatMap((key): Difference[] => {
    const expected = recorded.lines.get(key) ?? [NOTHING]
    const [our = NOTHING] = ours.lines.get(key) ?? []
    const accepted = (scenario.accepted ?? []).flatMap(({ lines }) => lines[key] ?? [])
    // How often is certain, or it is not compared.
    if (key.startsWith('count ') && expected.length > 1) return []
    if (expected.includes(our) || accepted.includes(our)) return []
    return [{ key, recorded: expected, ours: our }]
  })
  return [...different, ...lateOnes(recorded, ours, scenario)]
}

function lateOnes(recorded: Trace, ours: Trace, { early }: Scenario): readonly Difference[] {
  return [...sharedTimes(recorded, ours)].flatMap(([key, expected, our]): Difference[] => {
    const least = expected.least - LATE_SECONDS_MAX - (early?.seconds ?? 0)
    const isEarly = !HAS_START.test(key) && !IS_FIRST.test(key) && our < least
    const isLate = our > expected.most + SLOW_SECONDS_MAX
    if (!isEarly && !isLate) return []
    const text = `${expected.least.toFixed(1)} to ${expected.most.toFixed(1)} s`
    return [{ key, recorded: [text], ours: `${our.toFixed(1)} s` }]
  })
}

/** What happened after the same in both. */
export function sharedTimes(
  recorded: Trace,
  ours: Trace,
): readonly (readonly [key: string, recorded: Range, ours: number])[] {
  return [...recorded.times].flatMap(([key, expected]) => {
    const our = ours.times.get(key)
    return our === undefined ? [] : [[key, expected, our.least] as const]
  })
}
