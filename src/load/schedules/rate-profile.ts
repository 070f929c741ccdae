import type { RateStage } from '../plan.ts'
import type { Schedule } from './schedule.ts'

const NS_PER_SECOND = 1e9

/** A stage with what lies before it: times in nanoseconds, rates per nanosecond. */
interface PlacedStage {
  readonly startsAtNs: number
  readonly durationNs: number
  readonly fromRate: number
  /** Change of the rate per nanosecond; 0 when the rate is constant. */
  readonly slope: number
  /** Slots before the stage, as a real number: the integral of the rate. */
  readonly slotsBefore: number
  readonly slotsAfter: number
}

/**
 * The open loop: rates that are constant or change linearly, one stage after the other. Slot k starts
 * when the integral of the rate reaches k, so any whole second of a whole rate holds exactly that
 * many slots, and slots do not drift: they stay exact to a nanosecond for 100 days. The last stage
 * may be endless. A stage of rate 0 is a pause.
 */
export function rateProfile(stages: readonly RateStage[]): Schedule {
  const placed = placeStages(stages)
  const last = placed.at(-1)
  // A slot that would fall on the very end is not there: an hour at 1/s has 3,600, not 3,601.
  const count = last === undefined ? 0 : Math.ceil(roundOff(last.slotsAfter))
  const slotAtNs = (index: number) => {
    const stage = placed.find(({ slotsAfter }) => slotsAfter > index) ?? last!
    return Math.round(stage.startsAtNs + timeWithin(stage, index - stage.slotsBefore))
  }
  return {
    count,
    slotAtNs,
    dueCount(elapsedNs) {
      if (elapsedNs < 0) return 0
      const stage = placed.findLast(({ startsAtNs }) => startsAtNs <= elapsedNs) ?? last!
      // Floating point may miss by one slot; the slots themselves decide.
      let due = Math.min(count, Math.floor(slotsAt(stage, elapsedNs)) + 1)
      while (due > 0 && slotAtNs(due - 1) > elapsedNs) due--
      while (due < count && slotAtNs(due) <= elapsedNs) due++
      return due
    },
  }
}

/** The same number of requests in every second, until the generator is stopped. */
export function constantRate(ratePerSecond: number): Schedule {
  return rateProfile([{ fromPerSecond: ratePerSecond, toPerSecond: ratePerSecond }])
}

function placeStages(stages: readonly RateStage[]): PlacedStage[] {
  const placed: PlacedStage[] = []
  for (const { fromPerSecond, toPerSecond, durationMs } of stages) {
    const before = placed.at(-1)
    const startsAtNs = before === undefined ? 0 : before.startsAtNs + before.durationNs
    const slotsBefore = before?.slotsAfter ?? 0
    const durationNs = (durationMs ?? Infinity) * 1e6
    const isConstant = fromPerSecond === toPerSecond
    const mean = (fromPerSecond + toPerSecond) / 2
    placed.push({
      startsAtNs,
      durationNs,
      fromRate: fromPerSecond,
      slope: isConstant ? 0 : (toPerSecond - fromPerSecond) / durationNs,
      slotsBefore,
      slotsAfter: mean === 0 ? slotsBefore : slotsBefore + (mean * durationNs) / NS_PER_SECOND,
    })
  }
  return placed
}

/** Nanoseconds from the stage's start until `slots` more have come. */
function timeWithin({ fromRate, slope }: PlacedStage, slots: number): number {
  if (slope === 0) return (slots * NS_PER_SECOND) / fromRate
  // Half the slope times t² plus the rate times t equals the slots, solved without cancellation.
  const scaled = slots * NS_PER_SECOND
  const root = Math.sqrt(Math.max(0, fromRate * fromRate + 2 * slope * scaled))
  // The first slot of a ramp that begins at nothing is at its beginning.
  return scaled === 0 ? 0 : (2 * scaled) / (fromRate + root)
}

/** The integral of the rate from the schedule's start to `elapsedNs`. */
function slotsAt(stage: PlacedStage, elapsedNs: number): number {
  const time = Math.min(elapsedNs - stage.startsAtNs, stage.durationNs)
  const { fromRate, slope, slotsBefore } = stage
  return slotsBefore + (fromRate * time + (slope * time * time) / 2) / NS_PER_SECOND
}

/** What floating point adds to a whole number of slots is no slot. */
function roundOff(slots: number): number {
  const whole = Math.round(slots)
  return Math.abs(slots - whole) < 1e-6 ? whole : slots
}
