import type { Container, Pod, Probe } from '../../api/pod.ts'
import { assertNever } from '../../base/invariant.ts'
import type { PodRef, ProbeKind, Recorder } from '../../timeline/fact.ts'
import type { ContainerRecord } from '../container/container-record.ts'
import type { PodEvent } from '../doors.ts'
import { type ProbeDoors, runProbe } from './prober.ts'
import { probeRules, type ProbeState, type ProbeView } from './step.ts'
import { ProbeWorker, type ProbeWorkerOptions } from './worker.ts'

export interface ProbedPod {
  readonly pod: Pod
  readonly ref: PodRef
  /** Where a container of the pod stands now. */
  readonly recordOf: (container: string) => ContainerRecord | undefined
  readonly podIP: () => string
  /** What an earlier run of this node has found out. */
  readonly probeState: (container: string, kind: ProbeKind) => ProbeState | undefined
  readonly stage: () => 'running' | 'terminating' | 'over'
  readonly emit: (event: PodEvent) => void
  /** A result has changed: the pod's status may have to. */
  readonly changed: () => void
}

/** Of the fact of one probe, in characters: there may be one a second. */
const MESSAGE_MAX = 1_024

const KINDS: readonly ProbeKind[] = ['startup', 'liveness', 'readiness']

/** All probe workers of a pod, and what follows from their results for each container. */
export class PodProbes {
  readonly #doors: ProbeDoors & { readonly recorder: Recorder }
  readonly #pod: ProbedPod
  /** App containers and sidecars; other init containers have no probes. */
  readonly #probed: readonly Container[]
  readonly #workers = new Map<string, ProbeWorker>()
  readonly #abort = new AbortController()

  constructor(doors: ProbeDoors & { readonly recorder: Recorder }, pod: ProbedPod) {
    this.#doors = doors
    this.#pod = pod
    const { containers, initContainers = [] } = pod.pod.spec
    const sidecars = initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always')
    this.#probed = [...containers, ...sidecars]
    for (const container of this.#probed) for (const kind of KINDS) this.#add(container, kind)
  }

  start(): void {
    for (const worker of this.#workers.values()) worker.start()
  }

  /** Running, and past its startup probe if it has one. */
  isStarted(container: string): boolean {
    return this.#passes(container, 'startup') && this.#recordOf(container)?.phase.kind === 'running'
  }

  /** Started, and its readiness probe passes if it has one. */
  isReady(container: string): boolean {
    return this.isStarted(container) && this.#passes(container, 'readiness')
  }

  /** The probe for which the container has to be killed. */
  failedProbe(container: string): 'liveness' | 'startup' | undefined {
    if (this.#resultOf(container, 'liveness') === 'failure') return 'liveness'
    if (this.#resultOf(container, 'startup') === 'failure') return 'startup'
    return undefined
  }

  /** What every sync of the kubelet does: probe the readiness of started, unready containers at once. */
  triggerUnready(): void {
    for (const { name } of this.#probed) {
      if (this.isStarted(name) && !this.isReady(name)) this.#worker(name, 'readiness')?.trigger()
    }
  }

  /**
   * When the pod is to end; what is under way is waited for by `stop`. Readiness goes on until the
   * containers have ended, and so do all probes of sidecars, which the kubelet leaves out here.
   */
  stopLivenessAndStartup(): void {
    for (const { name } of this.#pod.pod.spec.containers) {
      void this.#worker(name, 'liveness')?.stop()
      void this.#worker(name, 'startup')?.stop()
    }
  }

  async stop(): Promise<void> {
    this.#abort.abort()
    await Promise.all([...this.#workers.values()].map((worker) => worker.stop()))
  }

  #add(container: Container, kind: ProbeKind): void {
    const probe = probeOf(container, kind)
    if (probe === undefined) return
    const initial = this.#pod.probeState(container.name, kind)
    const options: ProbeWorkerOptions = {
      ...(initial === undefined ? {} : { initial }),
      clock: this.#doors.clock,
      rules: probeRules(kind, probe),
      view: () => this.#view(container.name),
      probe: () => this.#probe(container, kind, probe),
      onEnd: ({ end, message, ...rest }) =>
        this.#doors.recorder.record({
          kind: 'probe-ended',
          pod: this.#pod.ref,
          container: container.name,
          probe: kind,
          outcome: end,
          ...(message === undefined ? {} : { message: message.slice(0, MESSAGE_MAX) }),
          ...rest,
        }),
      onResult: ({ result, isInitial, message }) => {
        if (!isInitial && result !== 'unknown') {
          this.#doors.recorder.record({
            kind: 'probe-result-changed',
            pod: this.#pod.ref,
            container: container.name,
            probe: kind,
            success: result === 'success',
            ...(message === undefined ? {} : { message }),
          })
        }
        this.#pod.changed()
      },
    }
    this.#workers.set(`${container.name}/${kind}`, new ProbeWorker(options))
  }

  #view(container: string): ProbeView {
    const stage = this.#pod.stage()
    if (stage === 'over') return { kind: 'pod-ended' }
    const record = this.#recordOf(container)
    if (record?.containerId === undefined) return { kind: 'no-container' }
    const { containerId, phase, role } = record
    if (phase.kind !== 'running') {
      const mayEnd = role === 'app' && this.#pod.pod.spec.restartPolicy === 'Never'
      const isFinal = phase.kind === 'terminated' && mayEnd
      return { kind: 'not-running', containerId, isFinal }
    }
    return {
      kind: 'running',
      containerId,
      startedAt: phase.startedAt,
      started: this.isStarted(container),
      podTerminating: role === 'app' && stage === 'terminating',
    }
  }

  async #probe(container: Container, kind: ProbeKind, probe: Probe) {
    const containerId = this.#recordOf(container.name)?.containerId ?? ''
    const podIP = this.#pod.podIP()
    const { signal } = this.#abort
    const outcome = await runProbe(this.#doors, probe, { container, containerId, podIP, signal })
    if (signal.aborted) return undefined
    const title = kind.charAt(0).toUpperCase() + kind.slice(1)
    const warn = (reason: string, message: string) =>
      this.#pod.emit({ type: 'Warning', reason, message, container: container.name })
    switch (outcome.kind) {
      case 'success':
        return { end: 'succeeded' } as const
      case 'warning':
        warn('ProbeWarning', `${title} probe warning: ${outcome.message}`)
        return { end: 'succeeded' } as const
      case 'failure':
        warn('Unhealthy', `${title} probe failed: ${outcome.message}`)
        return { end: 'failed', message: outcome.message } as const
      case 'error':
        warn(
          'Unhealthy',
          `${title} probe errored and resulted in ${outcome.state} state: ${outcome.message}`,
        )
        return { end: 'errored', message: outcome.message } as const
      default:
        return assertNever(outcome)
    }
  }

  #passes(container: string, kind: ProbeKind): boolean {
    return (
      this.#worker(container, kind) === undefined || this.#resultOf(container, kind) === 'success'
    )
  }

  #resultOf(container: string, kind: ProbeKind) {
    const containerId = this.#recordOf(container)?.containerId
    if (containerId === undefined) return undefined
    return this.#worker(container, kind)?.resultOf(containerId)
  }

  #worker(container: string, kind: ProbeKind): ProbeWorker | undefined {
    return this.#workers.get(`${container}/${kind}`)
  }

  #recordOf(container: string): ContainerRecord | undefined {
    return this.#pod.recordOf(container)
  }
}

function probeOf(container: Container, kind: ProbeKind): Probe | undefined {
  switch (kind) {
    case 'startup':
      return container.startupProbe
    case 'liveness':
      return container.livenessProbe
    case 'readiness':
      return container.readinessProbe
    default:
      return assertNever(kind)
  }
}
