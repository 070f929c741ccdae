import { type Change, SEPARATOR } from './observer.ts'
import type { Life } from './play.ts'
import type { Scenario } from './scenario.ts'

/** What was recorded of a scenario. */
export interface Trace {
  readonly about: string
  /** By key: a track's values one after another, or how often an event came. Several where recordings differ. */
  readonly lines: ReadonlyMap<string, readonly string[]>
  /** By what happened after what: how long after, in seconds, the least and the most. Only what all recordings have. */
  readonly times: ReadonlyMap<string, Range>
}

export interface Range {
  readonly least: number
  readonly most: number
}

/** A key that not every recording has. */
export const NOTHING = '(nothing)'
const THEN = ' → '

export function traceOf(scenario: Scenario, life: Life): Trace {
  const changes = normalChanges(scenario, life.changes)
  const tracks = new Map<string, string[]>()
  for (const { track, value } of changes) tracks.set(track, [...(tracks.get(track) ?? []), value])
  const lines = new Map<string, readonly string[]>()
  for (const [track, values] of [...tracks].toSorted(byKey)) {
    // A track of events only grows: its last value has all.
    const isOfEvents = track.startsWith('events ')
    lines.set(track, [isOfEvents ? (values.at(-1) ?? '') : values.join(THEN)])
  }
  for (const [event, count] of life.eventCounts.toSorted(byKey)) {
    if (!REPEATED.test(event)) lines.set(`count ${event}`, [String(count)])
  }
  return { about: scenario.about, lines, times: timesOf(changes, life.stepsAtMs) }
}

/** How often these are told depends on how long something lasts, to the second. */
const REPEATED =
  / (Unhealthy|BackOff|FailedMount|ProbeWarning|Failed|Pulling|Pulled|DeadlineExceeded|ErrImageNeverPull) "/

function normalChanges(scenario: Scenario, changes: readonly Change[]): readonly Change[] {
  const last = new Map<string, string>()
  return changes.flatMap(({ atMs, track, value }) => {
    const normal = normalised(scenario, track, value)
    if (normal === '' || normal === last.get(track)) return []
    last.set(track, normal)
    return [{ atMs, track, value: normal }]
  })
}

/** What is left of a value for the comparison. */
function normalised(scenario: Scenario, track: string, value: string): string {
  if (track.startsWith('events ')) {
    const events = value.split(SEPARATOR)
    const isCertain = (event: string) =>
      !SLOW.test(event) && (scenario.refuses === true || !BROKEN.test(event))
    return events.filter(isCertain).join(SEPARATOR)
  }
  // Which of several is ready first is told by the track of each, and is chance between them.
  const { containers, initContainers = [] } = scenario.spec
  const sidecars = initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always')
  const isOneOfSeveral = containers.length + sidecars.length > 1 && track.endsWith('Ready')
  return isOneOfSeveral ? value.replace(/\[.*\]/, '[…]') : value
}

/** Whether a probe meets a program that does not listen yet, or no more, is chance. */
const BROKEN =
  /Unhealthy .*(connection refused|connection reset by peer|EOF|code = Unavailable|resulted in unknown state)/
/** A machine that has no time. */
const SLOW = /Unhealthy .*Client\.Timeout/

/**
 * Each change of the phase, of Ready, of a container and of the deletion since the last step or the last change of a
 * container, whichever was later: so far, nothing that came late before makes it late.
 */
function timesOf(
  changes: readonly Change[],
  stepsAtMs: readonly number[],
): ReadonlyMap<string, Range> {
  const times = new Map<string, Range>()
  let [before, beforeMs] = ['', 0]
  for (const [index, { atMs, track, value }] of changes.entries()) {
    if (!TIMED.test(track) || UNTIMED.test(value)) continue
    const step = stepsAtMs.findLastIndex((stepMs) => stepMs <= atMs)
    const stepMs = stepsAtMs[step] ?? 0
    const earlier = changes
      .slice(0, index)
      .findLast((change) => isReference(change) && change.atMs < atMs - SAME_MS)
    if (earlier !== undefined) [before, beforeMs] = [shortOf(earlier), earlier.atMs]
    const isStepLater = stepMs >= beforeMs
    const reference = isStepLater ? `step ${step}` : before
    const seconds = (atMs - (isStepLater ? stepMs : beforeMs)) / 1_000
    const key = `${shortOf({ track, value })} after ${reference}`
    if (!times.has(key)) times.set(key, { least: seconds, most: seconds })
  }
  return times
}

function isReference({ track, value }: Change): boolean {
  return track.startsWith('container ') && !value.startsWith('waiting CrashLoopBackOff')
}

const TIMED = /^(phase|Ready|deletion|started .+|container .+)$/
/** What the pod is created with, or soon after; and a back-off, which a kubelet shows late: a restart counts from the end. */
const UNTIMED =
  /^(none|no|Pending|waiting (ContainerCreating|PodInitializing))$|^waiting CrashLoopBackOff/

/** Changes of one update of the status are seen as one. */
const SAME_MS = 20

/** Without messages: `container app: running started ready`. */
function shortOf({ track, value }: { readonly track: string; readonly value: string }): string {
  return `${track}: ${value.replace(/ after .*/, '').replace(/ ".*"/, '')}`
}

/** What all of several recordings of one scenario have, and their alternatives where they differ. */
export function mergeTraces(traces: readonly Trace[]): Trace {
  const [first] = traces
  if (first === undefined) throw new Error('there is nothing to merge')
  const keys = new Set(traces.flatMap(({ lines }) => [...lines.keys()]))
  const lines = [...keys].map((key) => {
    const values = traces.flatMap((trace) => trace.lines.get(key) ?? [NOTHING])
    return [key, [...new Set(values)].toSorted()] as const
  })
  const common = [...first.times.keys()].filter((key) =>
    traces.every(({ times }) => times.has(key)),
  )
  const times = common.map((key) => {
    const ranges = traces.flatMap((trace) => trace.times.get(key) ?? [])
    const least = Math.min(...ranges.map((range) => range.least))
    return [key, { least, most: Math.max(...ranges.map((range) => range.most)) }] as const
  })
  return { about: first.about, lines: new Map(lines.toSorted(byKey)), times: new Map(times) }
}

export function formatTrace({ about, lines, times }: Trace): string {
  const shown = [...lines].flatMap(([key, values]) => values.map((value) => `${key} = ${value}`))
  const timed = [...times].map(
    ([key, { least, most }]) => `${key} = ${least.toFixed(1)} to ${most.toFixed(1)} s`,
  )
  return [`# ${about}`, '', ...shown, '', '## Times', '', ...timed, ''].join('\n')
}

export function parseTrace(text: string): Trace {
  const [head = '', ...all] = text.split('\n').filter((line) => line !== '')
  const lines = new Map<string, string[]>()
  const times = new Map<string, Range>()
  let isTimes = false
  for (const line of all) {
    if (line === '## Times') {
      isTimes = true
      continue
    }
    const end = line.indexOf(' = ')
    const [key, value] = [line.slice(0, end), line.slice(end + 3)]
    const [, least, most] = /^([\d.]+) to ([\d.]+) s$/.exec(value) ?? []
    if (isTimes) times.set(key, { least: Number(least), most: Number(most) })
    else lines.set(key, [...(lines.get(key) ?? []), value])
  }
  return { about: head.replace(/^# /, ''), lines, times }
}

function byKey(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0
}
