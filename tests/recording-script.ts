import type { Container } from '../src/api/pod.ts'
import type { ConnectResult, FactBody, Phase } from '../src/timeline/fact.ts'
import type { Lane } from '../src/timeline/ledger.ts'
import type { Outcome } from '../src/timeline/outcome.ts'
import type { RunDescription } from '../src/verdict/recording.ts'

/** A run told in seconds since its origin: what differs from a good rollout of two pods is written out. */
export interface Script {
  readonly container?: Partial<Container>
  readonly graceSeconds?: number
  readonly strategy?: 'RollingUpdate' | 'Recreate'
  readonly pods: readonly PodScript[]
  /** What the proxy has in force from a time on, by pod name. */
  readonly programmed: readonly (readonly [at: number, pods: readonly string[]])[]
  /** Requests that did not go well; all other slots of the plan were answered. */
  readonly requests?: readonly RequestScript[]
  /** Facts beyond those of pods, endpoints and requests. */
  readonly facts?: readonly (FactBody & { readonly at: number })[]
  readonly phases?: Partial<Readonly<Record<Phase, number>>>
  readonly withoutPhases?: readonly Phase[]
  readonly run?: Partial<RunDescription>
}

export interface PodScript {
  readonly name: string
  readonly ip: string
  readonly startsAt: number
  readonly listensAt?: number
  readonly readyAt: number
  readonly deletedAt?: number
  readonly preStopEndsAt?: number | undefined
  readonly preStopOutcome?: 'succeeded' | 'failed' | 'cut-off'
  readonly stopSignalAt?: number | undefined
  readonly closesAt?: number | undefined
  readonly sigkillAt?: number | undefined
  readonly exitsAt?: number | undefined
  readonly exitCode?: number
}

export interface RequestScript {
  /** Its slot: the plan has one each 50 ms. */
  readonly at: number
  readonly outcome: Outcome
  readonly lane?: Lane
  /** The pod that its connection was routed to; absent: none. */
  readonly to?: string
  readonly result?: ConnectResult
  readonly errno?: string
  readonly status?: number
  readonly requestsBefore?: number
  /** False: the connection was never made, so nothing was sent. */
  readonly sent?: boolean
  readonly gotFirstByte?: boolean
  readonly tookMs?: number
}

export const RATE_PER_SECOND = 20
export const PORT = 8080
export const LOAD_STARTS_AT = 1
export const PHASES: Readonly<Record<Phase, number>> = {
  apply: 0,
  baseline: 1,
  rollout: 4,
  settle: 14,
  stop: 16,
}

/** Two old pods hold SIGTERM back for 3 s, two new ones are ready before; the proxy is 0.5 s late. */
export const GOOD_ROLLOUT: Script = {
  container: {
    readinessProbe: { httpGet: { path: '/', port: PORT } },
    lifecycle: { preStop: { sleep: { seconds: 3 } } },
  },
  pods: [
    oldPod({ name: 'web-old-a', ip: '10.0.0.1', deletedAt: 6 }),
    oldPod({ name: 'web-old-b', ip: '10.0.0.2', deletedAt: 8 }),
    { name: 'web-new-c', ip: '10.0.0.3', startsAt: 4.2, listensAt: 4.3, readyAt: 5 },
    { name: 'web-new-d', ip: '10.0.0.4', startsAt: 6.2, listensAt: 6.3, readyAt: 7 },
  ],
  programmed: [
    [0.8, ['web-old-a', 'web-old-b']],
    [5.5, ['web-old-a', 'web-old-b', 'web-new-c']],
    [6.5, ['web-old-b', 'web-new-c']],
    [7.5, ['web-old-b', 'web-new-c', 'web-new-d']],
    [8.5, ['web-new-c', 'web-new-d']],
  ],
}

/** An old pod with a preStop of 3 s that stops in order; `over` replaces any of it. */
export function oldPod(
  over: Partial<PodScript> & {
    readonly name: string
    readonly ip: string
    readonly deletedAt: number
  },
): PodScript {
  const { deletedAt } = over
  return {
    startsAt: 0.1,
    listensAt: 0.2,
    readyAt: 0.5,
    preStopEndsAt: deletedAt + 3,
    stopSignalAt: deletedAt + 3,
    closesAt: deletedAt + 3.01,
    exitsAt: deletedAt + 3.05,
    exitCode: 0,
    ...over,
  }
}
