import type { Scenario } from './scenario.ts'

/** What was recorded of a scenario. */
export interface Trace {
  readonly about: string
  readonly steps: readonly TraceStep[]
}

export interface TraceStep {
  readonly heading: string
  /** By key, what was seen; several where recordings differ from each other. */
  readonly lines: ReadonlyMap<string, readonly string[]>
}

/** A key that not every recording has. */
export const NOTHING = '(nothing)'

/** A step of ours at which nothing that was recorded fits. */
export interface Difference {
  /** Counted from 1. */
  readonly step: number
  readonly heading: string
  readonly key: string
  readonly recorded: readonly string[]
  readonly ours: string
}

/**
 * The text of a trace: a heading for each step, then a line for each key. Lines with the same key
 * are alternatives: what Kubernetes leaves to chance.
 */
export function formatTrace({ about, steps }: Trace): string {
  const parts = steps.map(({ heading, lines }) => {
    const texts = [...lines].flatMap(([key, values]) => values.map((value) => `${key}: ${value}`))
    return [`## ${heading}`, ...texts, ''].join('\n')
  })
  return `# ${about}\n\n${parts.join('\n')}`
}

export function parseTrace(text: string): Trace {
  const [head = '', ...parts] = text.split(/^## /m)
  const steps = parts.map((part) => {
    const [heading = '', ...lines] = part.split('\n')
    const byKey = new Map<string, string[]>()
    for (const line of lines.filter((each) => each !== '')) {
      const end = line.indexOf(': ')
      const key = line.slice(0, end)
      byKey.set(key, [...(byKey.get(key) ?? []), line.slice(end + 2)])
    }
    return { heading, lines: byKey }
  })
  return { about: head.replace(/^# /, '').trim(), steps }
}

/** One trace with all that was seen in any of several recordings of one scenario. */
export function mergeTraces(traces: readonly Trace[]): Trace {
  const [first] = traces
  if (first === undefined) throw new Error('there is nothing to merge')
  const steps = first.steps.map(({ heading }, index) => {
    const all = traces.map((trace) => trace.steps[index]?.lines ?? new Map<string, string[]>())
    const keys = new Set(all.flatMap((lines) => [...lines.keys()]))
    const merged = [...keys].map((key) => {
      const values = all.flatMap((lines) => lines.get(key) ?? [NOTHING])
      return [key, [...new Set(values)].toSorted()] as const
    })
    return { heading, lines: new Map(merged) }
  })
  return { about: first.about, steps }
}

/** What Kubernetes leaves to chance everywhere, and what is left of it for the comparison. */
const CHANCES: readonly { readonly pattern: RegExp; readonly rest: string }[] = [
  // Until the first pod of a new ReplicaSet is ready, a race decides whether the status shows its creation or its
  // first pods: the pass after the creation sees the old status or the new one.
  { pattern: /^True NewReplicaSetCreated: Created new replica set "(rs\d+)"$/, rest: 'new $1' },
  { pattern: /^True ReplicaSetUpdated: ReplicaSet "(rs\d+)" is progressing\.$/, rest: 'new $1' },
  // The garbage collector works on several objects at once.
  { pattern: /^(rs\d+:\d+ rs\d+:\d+) → rs\d+:\d+ → none$/, rest: '$1 → none' },
]

/** Where `ours` (of one run) is neither what was recorded nor accepted instead of it. */
export function compareTraces(
  recorded: Trace,
  ours: Trace,
  { accepted = [] }: Pick<Scenario, 'accepted'> = {},
): readonly Difference[] {
  return recorded.steps.flatMap(({ heading, lines }, index) => {
    const step = index + 1
    const mine = ours.steps[index]?.lines ?? new Map<string, readonly string[]>()
    const keys = new Set([...lines.keys(), ...mine.keys()])
    return [...keys].flatMap((key): Difference[] => {
      const values = lines.get(key) ?? [NOTHING]
      const value = mine.get(key)?.[0] ?? NOTHING
      if (values.some((each) => withoutChance(each) === withoutChance(value))) return []
      const isAccepted = accepted.some((one) => one.step === step && one.lines[key] === value)
      return isAccepted ? [] : [{ step, heading, key, recorded: values, ours: value }]
    })
  })
}

function withoutChance(value: string): string {
  return CHANCES.reduce((text, { pattern, rest }) => text.replace(pattern, rest), value)
}
