import type { Fact, FactOf, PodRef } from '../timeline/fact.ts'
import { latestAt } from './history.ts'

/**
 * One pod's life as the facts tell it, nanoseconds since the origin of the run. A time that is
 * absent was not seen: it may lie outside the recording.
 */
export interface PodLife {
  readonly pod: PodRef
  readonly firstSeenAt: number
  readonly ip?: string
  /** When the API first showed it as terminating, or gone without that. */
  readonly deletedAt?: number
  readonly gracePeriodSeconds?: number
  readonly readyAt?: number
  readonly removedAt?: number
  readonly containers: ReadonlyMap<string, ContainerLife>
  /** Listener changes by port, in the order of time. */
  readonly ports: ReadonlyMap<number, readonly ListenerChange[]>
}

export interface ContainerLife {
  readonly startedAt: readonly number[]
  readonly exits: readonly FactOf<'container-exited'>[]
  /** Absent until the pod's deletion: hooks and signals of a mere restart are not its termination. */
  readonly termination?: Termination
}

interface Termination {
  readonly preStopStartedAt?: number
  readonly preStopFinishedAt?: number
  readonly preStopOutcome?: 'succeeded' | 'failed' | 'cut-off'
  /** SIGTERM, or what the container asks for in its place. */
  readonly stopSignalAt?: number
  readonly sigkillAt?: number
  readonly exit?: FactOf<'container-exited'>
}

type ListenerChange = FactOf<'listener-opened'> | FactOf<'listener-closed'>

/** The node may act on a deletion a little before the watch that we record from has shown it. */
export const WATCH_DELAY_NS = 100e6

/** All pods by UID. `facts` are in the order of time. */
export function podLivesOf(facts: readonly Fact[]): ReadonlyMap<string, PodLife> {
  const podFacts = facts.filter((fact) => 'pod' in fact)
  const lives = new Map<string, PodLife>()
  for (const [uid, own] of Map.groupBy(podFacts, ({ pod }) => pod.uid)) {
    const first = own[0]
    if (first !== undefined) lives.set(uid, lifeOf(first.pod, own))
  }
  return lives
}

type PodFact = Extract<Fact, { readonly pod: PodRef }>

function lifeOf(pod: PodRef, facts: readonly PodFact[]): PodLife {
  const observed = ofKind(facts, 'pod-observed')
  const terminating = observed.find((fact) => fact.terminating !== undefined)
  const removedAt = ofKind(facts, 'pod-removed')[0]?.at
  const deletedAt = terminating?.at ?? removedAt
  const ip = observed.find((fact) => fact.ip !== undefined)?.ip
  const readyAt = observed.find(({ ready }) => ready)?.at
  const grace = terminating?.terminating?.gracePeriodSeconds
  const listeners = facts.filter(
    (fact) => fact.kind === 'listener-opened' || fact.kind === 'listener-closed',
  )
  const ofContainers = facts.filter((fact) => 'container' in fact)
  const containers = [...Map.groupBy(ofContainers, ({ container }) => container)].map(
    ([name, own]) => [name, containerLifeOf(own, deletedAt)] as const,
  )
  return {
    pod,
    firstSeenAt: facts[0]?.at ?? 0,
    ...(ip === undefined ? {} : { ip }),
    ...(deletedAt === undefined ? {} : { deletedAt }),
    ...(grace === undefined ? {} : { gracePeriodSeconds: grace }),
    ...(readyAt === undefined ? {} : { readyAt }),
    ...(removedAt === undefined ? {} : { removedAt }),
    containers: new Map(containers),
    ports: Map.groupBy(listeners, ({ port }) => port),
  }
}

function containerLifeOf(facts: readonly PodFact[], deletedAt: number | undefined): ContainerLife {
  return {
    startedAt: ofKind(facts, 'container-started').map(({ at }) => at),
    exits: ofKind(facts, 'container-exited'),
    ...(deletedAt === undefined
      ? {}
      : { termination: terminationOf(facts.filter(({ at }) => at >= deletedAt - WATCH_DELAY_NS)) }),
  }
}

function terminationOf(facts: readonly PodFact[]): Termination {
  const signals = ofKind(facts, 'signal-sent')
  const started = ofKind(facts, 'hook-started').find(({ hook }) => hook === 'preStop')
  const finished = ofKind(facts, 'hook-finished').find(({ hook }) => hook === 'preStop')
  const stopSignal = signals.find(({ signal }) => signal !== 'SIGKILL')
  const sigkill = signals.find(({ signal }) => signal === 'SIGKILL')
  const exit = ofKind(facts, 'container-exited')[0]
  return {
    ...(started === undefined ? {} : { preStopStartedAt: started.at }),
    ...(finished === undefined
      ? {}
      : { preStopFinishedAt: finished.at, preStopOutcome: finished.outcome }),
    ...(stopSignal === undefined ? {} : { stopSignalAt: stopSignal.at }),
    ...(sigkill === undefined ? {} : { sigkillAt: sigkill.at }),
    ...(exit === undefined ? {} : { exit }),
  }
}

function ofKind<K extends PodFact['kind']>(
  facts: readonly PodFact[],
  kind: K,
): Extract<PodFact, { readonly kind: K }>[] {
  return facts.filter((fact): fact is Extract<PodFact, { readonly kind: K }> => fact.kind === kind)
}

/** Whether the port was listened on; undefined when no fact tells. */
export function isListening({ ports }: PodLife, port: number, at: number): boolean | undefined {
  const changes = ports.get(port)
  if (changes === undefined) return undefined
  return latestAt(changes, at)?.kind === 'listener-opened'
}

/**
 * When a terminating container no longer took connections: its listener closed or it exited,
 * whichever was seen first. A closed listener is seen up to its resolution late.
 */
export function stoppedListeningAt(
  life: PodLife,
  container: ContainerLife | undefined,
  port: number | undefined,
): { readonly at: number; readonly resolutionMs: number } | undefined {
  const { deletedAt } = life
  if (deletedAt === undefined) return undefined
  const closed = (port === undefined ? [] : (life.ports.get(port) ?? [])).find(
    ({ kind, at }) => kind === 'listener-closed' && at >= deletedAt - WATCH_DELAY_NS,
  )
  const exitAt = container?.termination?.exit?.at
  if (closed !== undefined && (exitAt === undefined || closed.at <= exitAt)) return closed
  return exitAt === undefined ? undefined : { at: exitAt, resolutionMs: 0 }
}
