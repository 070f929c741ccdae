/**
 * What happened, as components saw it: the only thing the verdict is made from. Facts are plain
 * data, written as JSON lines; they never name a cause.
 */
export type Fact = FactBody & {
  /** Nanoseconds since the origin of the run, on the clock that all threads share. */
  readonly at: number
}

export interface PodRef {
  readonly namespace: string
  readonly name: string
  readonly uid: string
}

export interface ObjectRef {
  readonly kind: string
  readonly namespace?: string
  readonly name: string
}

/** Why a container is stopped: for a failed probe or hook, or because its pod is over or to be. */
export type StopCause =
  'liveness' | 'startup' | 'post-start-hook' | 'deletion' | 'deadline' | 'eviction' | 'pod-ended'

export type ProbeKind = 'startup' | 'readiness' | 'liveness'

/** The phases of an experiment, in order. `rollout` is the window that the verdict counts. */
export type Phase = 'apply' | 'baseline' | 'rollout' | 'settle' | 'stop'

export type FactBody =
  // The experiment
  | { readonly kind: 'phase-started'; readonly phase: Phase }
  | { readonly kind: 'change-applied'; readonly description: string }
  | { readonly kind: 'run-interrupted'; readonly reason: string }
  // The API, as watched: times are those of the watch's arrival
  | {
      readonly kind: 'deployment-observed'
      readonly deployment: ObjectRef
      readonly strategy: 'RollingUpdate' | 'Recreate'
      /** The status speaks of the newest spec (observedGeneration has caught up). */
      readonly observed: boolean
      readonly desired: number
      readonly replicas: number
      readonly updated: number
      readonly ready: number
      readonly available: number
      /** Reason of the Progressing condition. */
      readonly progress?: string
    }
  | {
      readonly kind: 'replicaset-observed'
      readonly replicaSet: ObjectRef
      readonly deployment?: string
      readonly desired: number
      readonly ready: number
      readonly images: readonly string[]
    }
  | {
      readonly kind: 'pod-observed'
      readonly pod: PodRef
      readonly owner?: ObjectRef
      readonly images: readonly string[]
      readonly phase: string
      readonly ready: boolean
      readonly ip?: string
      /** Set from the deletion on. */
      readonly terminating?: { readonly gracePeriodSeconds: number }
      readonly restarts: number
      /** The waiting reason of a container, such as CrashLoopBackOff. */
      readonly waiting?: string
    }
  | { readonly kind: 'pod-removed'; readonly pod: PodRef }
  | {
      readonly kind: 'endpoints-observed'
      readonly service: ObjectRef
      readonly endpoints: readonly ObservedEndpoint[]
    }
  | {
      readonly kind: 'event'
      readonly type: 'Normal' | 'Warning'
      readonly reason: string
      readonly object: ObjectRef
      readonly message: string
    }
  // The node
  | {
      readonly kind: 'container-started'
      readonly pod: PodRef
      readonly container: string
      readonly restart: number
      readonly processId: number
    }
  | {
      readonly kind: 'container-exited'
      readonly pod: PodRef
      readonly container: string
      readonly restart: number
      readonly exitCode: number
      /** The signal that ended it, when it was one. */
      readonly signal?: string
      readonly reason: string
      /** The last lines it wrote, where it ended badly. */
      readonly lastOutput?: string
    }
  | {
      readonly kind: 'back-off'
      readonly pod: PodRef
      readonly container: string
      readonly delayMs: number
    }
  | {
      /** It is being stopped from now on: its preStop hook first, if it has one. */
      readonly kind: 'container-stopping'
      readonly pod: PodRef
      readonly container: string
      readonly cause: StopCause
      /** From now to SIGKILL, the hook included; never under 2 s after the stop signal. */
      readonly graceSeconds: number
    }
  | {
      readonly kind: 'signal-sent'
      readonly pod: PodRef
      readonly container: string
      readonly signal: string
    }
  | {
      readonly kind: 'hook-started'
      readonly pod: PodRef
      readonly container: string
      readonly hook: 'postStart' | 'preStop'
    }
  | {
      readonly kind: 'hook-finished'
      readonly pod: PodRef
      readonly container: string
      readonly hook: 'postStart' | 'preStop'
      readonly outcome: 'succeeded' | 'failed' | 'cut-off'
      readonly message?: string
    }
  | {
      readonly kind: 'probe-result-changed'
      readonly pod: PodRef
      readonly container: string
      readonly probe: ProbeKind
      readonly success: boolean
      readonly message?: string
    }
  | {
      /** One probe: each that fails or errs, and the first that succeeds after such a one. */
      readonly kind: 'probe-ended'
      readonly pod: PodRef
      readonly container: string
      readonly probe: ProbeKind
      /** errored: it could not be made, which counts for nothing. */
      readonly outcome: 'succeeded' | 'failed' | 'errored'
      /** This one included, how many of this outcome in a row. */
      readonly consecutive: number
      readonly message?: string
      readonly tookMs: number
    }
  | {
      /** What a manifest asks for, and this machine cannot do: told once per node. */
      readonly kind: 'limit-not-enforced'
      readonly node: string
      readonly resource: 'memory' | 'cpu'
      /** The first pod that it was not done for. */
      readonly pod: PodRef
      readonly container: string
    }
  | ListenerFact<'listener-opened'>
  | ListenerFact<'listener-closed'>
  | {
      /**
       * Programs of the pod hold no connection to this port any more. Looked at while a container is stopped, and after a
       * listener has closed; seen at most `resolutionMs` late.
       */
      readonly kind: 'connections-closed'
      readonly pod: PodRef
      readonly port: number
      /** New ones may come; false: this was the last one. */
      readonly listening: boolean
      /** How many the look before has seen. */
      readonly before?: number
      readonly resolutionMs: number
    }
  // The data plane
  | {
      /** From now on new connections of this Service port go to these endpoints. */
      readonly kind: 'proxy-programmed'
      readonly service: ObjectRef
      readonly port: number
      readonly endpoints: readonly { readonly ip: string; readonly port: number }[]
    }
  | {
      readonly kind: 'connection-routed'
      readonly service: ObjectRef
      /** The client's own port: joins this fact with the ledger. */
      readonly clientPort: number
      readonly endpoint: { readonly ip: string; readonly port: number }
      readonly result: ConnectResult
      /** Errno where the connection failed. */
      readonly errno?: string
    }
  // The generator
  | { readonly kind: 'generator-stalled'; readonly stallMs: number }
  // The engine: the thread of the API, the controllers and the node stood still
  | { readonly kind: 'engine-stalled'; readonly stallMs: number }
  // Any component
  | { readonly kind: 'bound-reached'; readonly what: string; readonly limit: number }

/** A TCP port of the pod began or ceased to be listened on; seen at most `resolutionMs` late. */
interface ListenerFact<K extends string> {
  readonly kind: K
  readonly pod: PodRef
  readonly port: number
  readonly resolutionMs: number
}

export type ConnectResult = 'connected' | 'refused' | 'unreachable' | 'timed-out' | 'failed'

export interface ObservedEndpoint {
  readonly ip: string
  readonly port: number
  readonly pod?: string
  readonly ready: boolean
  readonly serving: boolean
  readonly terminating: boolean
}

export type FactKind = FactBody['kind']
export type FactOf<K extends FactKind> = Extract<FactBody, { readonly kind: K }> & {
  readonly at: number
}

/** Takes facts as they happen and stamps them. Components get this and nothing else of the timeline. */
export interface Recorder {
  /** `at`: when it happened, where that was before now (facts that a thread hands over in batches). */
  record(fact: FactBody, at?: number): void
}
