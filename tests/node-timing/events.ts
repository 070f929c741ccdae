import type { PodStatus } from '../../src/api/pod.ts'
import type { FactBody } from '../../src/timeline/fact.ts'

/** A moment of a pod's life, since the start of its worker. */
export interface TimedEvent {
  readonly atMs: number
  readonly text: string
}

export interface PlayedLife {
  readonly facts: readonly (FactBody & { readonly atMs: number })[]
  readonly statuses: readonly { readonly atMs: number; readonly status: PodStatus }[]
  readonly deletions: readonly { readonly atMs: number }[]
}

/** What the timing table tells of a life: one line per fact, per change of Ready and of the final phase. */
export function eventsOf({ facts, statuses, deletions }: PlayedLife): readonly TimedEvent[] {
  const events: TimedEvent[] = []
  for (const fact of facts) {
    const text = textOf(fact)
    if (text !== undefined) events.push({ atMs: fact.atMs, text })
  }
  let [isReady, phase] = [false, '']
  for (const { atMs, status } of statuses) {
    const nowReady = status.conditions?.find(({ type }) => type === 'Ready')?.status === 'True'
    if (nowReady !== isReady) events.push({ atMs, text: nowReady ? 'Ready' : 'unready' })
    isReady = nowReady
    const isFinal = status.phase === 'Succeeded' || status.phase === 'Failed'
    if (isFinal && status.phase !== phase) events.push({ atMs, text: `phase ${status.phase}` })
    phase = status.phase ?? ''
  }
  for (const { atMs } of deletions) events.push({ atMs, text: 'gone' })
  return events.toSorted((a, b) => a.atMs - b.atMs || (a.text < b.text ? -1 : 1))
}

/** `4000 app SIGTERM` of the table. */
export function parseEvent(line: string): TimedEvent {
  const [at = '', ...words] = line.split(' ')
  return { atMs: Number(at), text: words.join(' ') }
}

function textOf(fact: FactBody): string | undefined {
  switch (fact.kind) {
    case 'container-started':
      return `${fact.container} starts`
    case 'container-stopping':
      return `${fact.container} stops for ${fact.cause}`
    case 'signal-sent':
      return `${fact.container} ${fact.signal}`
    case 'container-exited':
      return `${fact.container} exits ${fact.exitCode}`
    case 'back-off':
      return `${fact.container} backs off ${fact.delayMs / 1_000} s`
    case 'hook-started':
      return `${fact.container} ${fact.hook}`
    case 'hook-finished':
      return `${fact.container} ${fact.hook} ${fact.outcome}`
    case 'probe-result-changed':
      return `${fact.container} ${fact.probe} ${fact.success ? 'passes' : 'fails'}`
    default:
      return undefined
  }
}
