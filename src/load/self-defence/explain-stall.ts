import type { VitalSigns } from '../../world/vitals.ts'

/** What the thread did during most of a stall, from the signs around it; ` …` to end a sentence with. */
export function explainStall(stallMs: number, before: VitalSigns, after: VitalSigns): string {
  const grew = growthOf(before, after)
  const isMost = (ms: number | undefined) => ms !== undefined && ms >= stallMs / 2
  if (isMost(grew.collectedMs))
    return `: it collected garbage for ${Math.round(grew.collectedMs)} ms`
  if (isMost(grew.waitedMs)) return `: it waited for a CPU for ${rounded(grew.waitedMs)} ms`
  if (isMost(grew.throttledMs)) {
    return `: the CPU quota of its cgroup was used up for ${rounded(grew.throttledMs)} ms`
  }
  if (isMost(grew.ranMs)) return `: it computed for ${rounded(grew.ranMs)} ms`
  if (grew.ranMs === undefined) return ''
  return ': it neither ran nor waited for a CPU, so its process was stopped, or the machine slept'
}

/** `; of the time it ran 12 %, …`, of a whole run. */
export function sharesOf(wallMs: number, before: VitalSigns, after: VitalSigns): string {
  const grew = growthOf(before, after)
  const parts: readonly (readonly [string, number | undefined])[] = [
    ['ran', grew.ranMs],
    ['waited for a CPU', grew.waitedMs],
    ['was held back by the CPU quota of its cgroup', grew.throttledMs],
    ['collected garbage', grew.collectedMs],
  ]
  const told = parts.flatMap(([what, ms]) =>
    ms === undefined || ms < wallMs / 100 ? [] : [`${what} ${Math.round((ms / wallMs) * 100)} %`],
  )
  return told.length === 0 ? '' : `; of the time it ${told.join(', ')}`
}

function growthOf(before: VitalSigns, after: VitalSigns) {
  return {
    ranMs: difference(before.ranMs, after.ranMs),
    waitedMs: difference(before.waitedMs, after.waitedMs),
    throttledMs: difference(before.throttledMs, after.throttledMs),
    collectedMs: after.collectedMs - before.collectedMs,
  }
}

function difference(before: number | undefined, after: number | undefined): number | undefined {
  return before === undefined || after === undefined ? undefined : after - before
}

function rounded(ms: number | undefined): number {
  return Math.round(ms ?? 0)
}
