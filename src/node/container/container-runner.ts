import type { Container, Pod } from '../../api/pod.ts'
import { formatTimestamp } from '../../base/timestamp.ts'
import type { ContainerConfig, ContainerExit, ImageConfig } from '../../runtime/runtime.ts'
import type { PodRef } from '../../timeline/fact.ts'
import { aborted } from '../abort.ts'
import { type AdoptedState, restartOf } from './adopted-container.ts'
import {
  endOfProcess,
  type Instance,
  momentOfExit,
  NEVER_RAN,
  startError,
} from './container-end.ts'
import { type HookedContainer, runPostStart } from './container-hooks.ts'
import {
  type ContainerRecord,
  type ContainerRole,
  type FailedProbe,
  forgetLast,
  latestEnd,
  newRecord,
  startAnew,
  type Termination,
} from './container-record.ts'
import { stopInstance, type StopOptions } from './container-stop.ts'
import type { NodeDoors, PodEvent } from '../doors.ts'
import { fetchImage } from './fetch-image.ts'
import { willRestart } from '../lifecycle.ts'
import { type ImageFailure, judgeMissingImage } from './missing-image.ts'
import { judgeStartFailure } from './start-failure.ts'
import { readMessageFile, withMessageFile } from '../termination-message.ts'

/** What a container's runner sees of its pod, and tells it. */
export interface RunnerPod {
  readonly ref: PodRef
  readonly pod: () => Pod
  readonly podIP: () => string
  /** What the runtime is to run; rejects with ContainerConfigError. */
  readonly configure: (
    container: Container,
    image: ImageConfig,
    instance: { readonly id: string; readonly restart: number },
  ) => Promise<ContainerConfig>
  readonly emit: (event: PodEvent) => void
  /** Aborts when all of the pod is to end: a postStart hook is not waited for any longer. */
  readonly terminating: AbortSignal
  /** Aborts when everything of the pod is ended at once. */
  readonly killed: AbortSignal
  /** The record has changed and is to be shown. */
  readonly changed: () => void
  readonly exited: () => void
}

/** A process that runs. */
interface LiveInstance extends Instance {
  readonly config: ContainerConfig
  readonly stopSignal: string
  readonly exited: Promise<void>
  /** An earlier run of this node has sent it the signal of the pod's deletion. Nanoseconds. */
  readonly signalledAt?: number
}

/** One container of a pod over all its restarts: starts it, runs its hooks, stops it, keeps its record. */
export class ContainerRunner {
  readonly spec: Container
  readonly #doors: NodeDoors
  readonly #pod: RunnerPod
  #record: ContainerRecord
  #instance: LiveInstance | undefined
  /** How the newest instance ended, while that is not to be shown yet. */
  #hiddenEnd: Termination | undefined
  #isStarting = false
  #stopping: Promise<void> | undefined
  #failedProbe: FailedProbe | undefined
  #imageFailure: ImageFailure | undefined

  constructor(doors: NodeDoors, pod: RunnerPod, spec: Container, role: ContainerRole) {
    this.#doors = doors
    this.#pod = pod
    this.spec = spec
    this.#record = newRecord(spec.name, role, this.#waitingReason())
  }

  /** As the API is to show it. */
  get record(): ContainerRecord {
    return this.#record
  }

  get isAlive(): boolean {
    return this.#instance !== undefined
  }

  /** The instance whose process runs, whatever the API shows. */
  get runningId(): string | undefined {
    return this.#instance?.id
  }

  get isStopping(): boolean {
    return this.#stopping !== undefined
  }

  /** Starts the container once; resolves when it runs (its postStart hook included) or cannot. */
  async start(): Promise<void> {
    const { runtime } = this.#doors
    const hasImages = runtime.prepareImage !== undefined
    const why = hasImages ? await fetchImage(runtime, this.spec, this.#pod.emit) : undefined
    const image = why === undefined ? runtime.resolveImage(this.spec.image ?? '') : undefined
    if (image === undefined) return this.#refuseImage(why)
    this.#imageFailure = undefined
    if (!hasImages) {
      const message = `Container image "${this.spec.image}" already present on machine`
      this.#emit('Normal', 'Pulled', message)
    }
    const restart = this.#record.containerId === undefined ? 0 : this.#record.restarts + 1
    const id = `${this.#pod.ref.uid}-${this.spec.name}-${restart}`
    this.#isStarting = true
    try {
      const config = await this.#pod.configure(this.spec, image, { id, restart })
      const { podFiles } = this.#doors
      const complete =
        podFiles === undefined ? config : await withMessageFile(podFiles, this.spec, config)
      await this.#launch(complete, restart, image)
    } catch (error) {
      this.#refuse(error, { id, restart })
    } finally {
      this.#isStarting = false
    }
  }

  /** Goes on with what an earlier run of this node has started: no new start, no second postStart hook. */
  adopt({ record, container }: AdoptedState, signalledAt: number | undefined): void {
    this.#record = record
    if (container === undefined || record.phase.kind !== 'running') return
    const { runtime } = this.#doors
    const { config, exit } = container
    const { promise: exited, resolve } = Promise.withResolvers<void>()
    const { startedAt, startedWall } = record.phase
    const instance = {
      id: config.id,
      config,
      restart: restartOf(config.id),
      startedAt,
      startedWall,
      stopSignal: runtime.resolveImage(this.spec.image ?? '')?.stopSignal ?? 'SIGTERM',
      exited,
      ...(signalledAt === undefined ? {} : { signalledAt }),
    }
    this.#instance = instance
    const onExit = (end: ContainerExit) => void this.#onExit(instance, end).then(resolve)
    if (exit === undefined) runtime.followContainer?.(config.id, onExit)
    else onExit(exit)
  }

  /** CrashLoopBackOff: shown until the next start. */
  showBackOff(message: string, delayMs: number): void {
    const last = latestEnd(this.#record)
    this.#record = {
      ...this.#record,
      phase: { kind: 'waiting', reason: 'CrashLoopBackOff', message },
      ...(last === undefined ? {} : { last }),
    }
    const { ref } = this.#pod
    this.#doors.recorder.record({ kind: 'back-off', pod: ref, container: this.spec.name, delayMs })
    this.#emit(
      'Warning',
      'BackOff',
      `Back-off restarting failed container ${this.spec.name} in pod ${ref.name}_${ref.namespace}(${ref.uid})`,
    )
    this.#pod.changed()
  }

  /**
   * Stops the running instance by hook, signal and SIGKILL; resolves when it has ended. A stop that
   * is under way goes on as it began: a second, shorter grace does not hurry it (kubernetes#113606).
   */
  stop(options: StopOptions): Promise<void> {
    const instance = this.#instance
    if (instance === undefined) return this.#stopping ?? Promise.resolve()
    if (this.#stopping !== undefined) return this.#stopping
    const { cause } = options
    this.#failedProbe = cause === 'liveness' || cause === 'startup' ? cause : undefined
    const stopped = { ...instance, hooked: this.#hooked(instance) }
    this.#stopping = stopInstance(this.#doors, stopped, options).finally(() => {
      this.#stopping = undefined
    })
    return this.#stopping
  }

  /** A sync has seen how it ended. */
  forgetLast(): void {
    this.#record = forgetLast(this.#record)
  }

  /** The pod is to end, and why the container does not start is of no interest any more. */
  forgetFault(): void {
    const { name, role, phase, containerId } = this.#record
    if (phase.kind !== 'waiting' || containerId !== undefined) return
    this.#record = newRecord(name, role, this.#waitingReason())
    this.#pod.changed()
  }

  /**
   * The last record of a container whose pod is over, once nothing runs any more. `isMissed`: had it run, one would
   * know of it, so that its end is unknown; else it goes on waiting.
   */
  settle(isMissed: boolean): void {
    const end = this.#hiddenEnd ?? latestEnd(this.#record) ?? (isMissed ? NEVER_RAN : undefined)
    const { last, ...record } = this.#record
    if (end === undefined) {
      this.#record = newRecord(record.name, record.role, this.#waitingReason())
      return
    }
    // After the end of a process the kubelet removes the one before it, if it has the time.
    const isPrevious =
      last !== undefined && end === this.#hiddenEnd && last !== end && record.role !== 'init'
    this.#record = {
      ...record,
      ...(isPrevious ? { last } : {}),
      phase: { kind: 'terminated', termination: end },
    }
  }

  async #launch(config: ContainerConfig, restart: number, image: ImageConfig): Promise<void> {
    const { clock, runtime, recorder } = this.#doors
    const { promise: exited, resolve } = Promise.withResolvers<void>()
    let early: ContainerExit | undefined
    let instance: LiveInstance | undefined
    const { processId, unenforced = [] } = await runtime.startContainer(config, (exit) => {
      if (instance === undefined) early = exit
      else void this.#onExit(instance, exit).then(resolve)
    })
    instance = {
      id: config.id,
      config,
      restart,
      startedAt: clock.monotonicNs(),
      startedWall: formatTimestamp(clock.wallMs()),
      // `lifecycle.stopSignal` counts only with the gate ContainerStopSignals, off in 1.34.
      stopSignal: image.stopSignal ?? 'SIGTERM',
      exited,
    }
    this.#instance = instance
    this.#hiddenEnd = undefined
    this.#failedProbe = undefined
    const { ref: pod } = this.#pod
    recorder.record({
      kind: 'container-started',
      pod,
      container: this.spec.name,
      restart,
      processId,
    })
    this.#doors.unenforcedLimits?.tell(unenforced, { pod, container: this.spec.name })
    this.#emit('Normal', 'Created', `Created container: ${this.spec.name}`)
    this.#emit('Normal', 'Started', `Started container ${this.spec.name}`)
    if (early !== undefined) await this.#onExit(instance, early).then(resolve)
    const hookError = await this.#runPostStart(instance)
    this.#showStarted(instance, hookError)
  }

  /** What went wrong with the postStart hook, after which the container was stopped. */
  async #runPostStart(instance: Instance): Promise<string | undefined> {
    if (this.#instance === undefined) return undefined
    const fault = await runPostStart(this.#doors, this.#hooked(instance), this.#pod)
    if (fault === undefined) return undefined
    const graceSeconds = this.#pod.pod().spec.terminationGracePeriodSeconds ?? 30
    const message = 'FailedPostStartHook'
    const stopped = this.stop({ graceSeconds, message, cause: 'post-start-hook' })
    await Promise.race([stopped, aborted(this.#pod.terminating)])
    return fault
  }

  #showStarted(instance: Instance, hookError: string | undefined): void {
    const { clock, timings } = this.#doors
    const record = startAnew(this.#record, instance, clock.monotonicNs(), timings)
    const { startedAt, startedWall } = instance
    if (hookError !== undefined && this.#mayRestart(record)) {
      this.#record = {
        ...record,
        phase: { kind: 'waiting', reason: 'PostStartHookError', message: hookError },
        ...(this.#hiddenEnd === undefined ? {} : { last: this.#hiddenEnd }),
      }
      this.#hiddenEnd = undefined
    } else if (this.#hiddenEnd !== undefined && !this.#pod.terminating.aborted) {
      const termination = this.#hiddenEnd
      this.#hiddenEnd = undefined
      this.#record = { ...record, phase: { kind: 'terminated', termination } }
    } else {
      this.#record = { ...record, phase: { kind: 'running', startedAt, startedWall } }
    }
    this.#pod.changed()
  }

  /** Its last words may have to be read from a file first. */
  async #onExit(instance: LiveInstance, exit: ContainerExit): Promise<void> {
    const { clock, recorder, podFiles } = this.#doors
    const moment = momentOfExit(clock, exit)
    const end = endOfProcess(this.spec, instance, exit, moment)
    recorder.record({
      kind: 'container-exited',
      pod: this.#pod.ref,
      container: this.spec.name,
      restart: instance.restart,
      exitCode: exit.exitCode,
      ...(exit.signal === undefined ? {} : { signal: exit.signal }),
      reason: end.reason,
      ...(exit.exitCode === 0 || exit.lastOutput === '' ? {} : { lastOutput: exit.lastOutput }),
    })
    const failedProbe = this.#failedProbe
    if (podFiles === undefined) this.#become(end, failedProbe)
    else {
      const message = await readMessageFile(podFiles, instance.config)
      this.#become(endOfProcess(this.spec, instance, exit, moment, message), failedProbe)
    }
  }

  #become(end: Termination, failedProbe: FailedProbe | undefined): void {
    this.#instance = undefined
    const termination: Termination = failedProbe === undefined ? end : { ...end, failedProbe }
    if (this.#isStarting || this.#pod.terminating.aborted) {
      // The API goes on showing the container as it was: the kubelet's sync is blocked by the hook
      // or by the pod's termination.
      this.#hiddenEnd = termination
    } else {
      this.#record = { ...this.#record, phase: { kind: 'terminated', termination } }
      // A container killed for a probe is next seen running again, or waiting for its back-off.
      if (failedProbe === undefined) this.#pod.changed()
    }
    this.#pod.exited()
  }

  #hooked({ id }: Instance): HookedContainer {
    const { ref, emit, killed } = this.#pod
    return { ref, spec: this.spec, containerId: id, podIP: this.#pod.podIP(), emit, killed }
  }

  #refuseImage(why: string | undefined): void {
    const { clock, timings } = this.#doors
    const now = clock.monotonicNs()
    const failure = judgeMissingImage(this.spec, this.#imageFailure, now, timings, why)
    this.#imageFailure = failure
    for (const { events, phase } of failure.states) {
      for (const event of events) this.#pod.emit({ ...event, container: this.spec.name })
      this.#record = { ...this.#record, phase }
      this.#pod.changed()
    }
  }

  /** The container could not be configured, created or started. */
  #refuse(
    error: unknown,
    { id, restart }: { readonly id: string; readonly restart: number },
  ): void {
    const { clock, timings, recorder } = this.#doors
    const now = clock.monotonicNs()
    const failure = judgeStartFailure(error, now, timings)
    const { message } = failure
    if (failure.kind === 'waits') {
      this.#record = { ...this.#record, phase: failure.phase }
      this.#emit('Warning', 'Failed', `Error: ${message}`)
      this.#pod.changed()
      return
    }
    this.#emit('Normal', 'Created', `Created container: ${this.spec.name}`)
    this.#emit('Warning', 'Failed', `Error: ${message}`)
    const moment = { endedAt: now, endedWall: formatTimestamp(clock.wallMs()) }
    this.#hiddenEnd = startError(id, message, moment)
    recorder.record({
      kind: 'container-exited',
      pod: this.#pod.ref,
      container: this.spec.name,
      restart,
      exitCode: 128,
      reason: 'StartError',
      lastOutput: message,
    })
    this.#showStarted({ id, restart, startedAt: now, startedWall: '' }, undefined)
  }

  #mayRestart(record: ContainerRecord): boolean {
    const end = this.#hiddenEnd
    const policy = this.#pod.pod().spec.restartPolicy ?? 'Always'
    return end === undefined || willRestart({ ...record, last: end }, policy)
  }

  #waitingReason(): 'PodInitializing' | 'ContainerCreating' {
    const inits = this.#pod.pod().spec.initContainers ?? []
    return inits.length > 0 ? 'PodInitializing' : 'ContainerCreating'
  }

  #emit(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#pod.emit({ type, reason, message, container: this.spec.name })
  }
}
