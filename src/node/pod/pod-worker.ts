import type { Condition } from '../../api/meta.ts'
import type { EphemeralContainer, Pod, PodPhase } from '../../api/pod.ts'
import { assertNever } from '../../base/invariant.ts'
import { formatTimestamp } from '../../base/timestamp.ts'
import type { AdoptedSandbox } from '../../runtime/runtime.ts'
import type { PodRef } from '../../timeline/fact.ts'
import { aborted } from '../abort.ts'
import { AdoptedPod } from './adopted-pod.ts'
import { backOffMessage } from '../container/back-off.ts'
import { foreignConditions, ownConditions } from './conditions.ts'
import { configureContainer } from '../configure.ts'
import type { ContainerRole } from '../container/container-record.ts'
import { ContainerRunner, type RunnerPod } from '../container/container-runner.ts'
import type { NodeDoors, PodEvent } from '../doors.ts'
import { EphemeralContainers, targetOf } from './ephemeral-containers.ts'
import { planInit } from './init-plan.ts'
import { planSync, type SyncAction } from '../lifecycle.ts'
import { ListenerWatch } from '../container/listener-watch.ts'
import { PodDeadline } from './pod-deadline.ts'
import { DEADLINE_EXCEEDED, evicted, type PodFailure } from './pod-failure.ts'
import { makeSandbox } from './pod-sandbox.ts'
import { settleContainers, stopAllContainers } from './pod-shutdown.ts'
import type { PodView } from './pod-view.ts'
import { ProbeSync } from './probe-sync.ts'
import { PodProbes } from '../probes/pod-probes.ts'
import { StatusWriter } from './status-writer.ts'
import { buildStatus, type StatusFacts } from './status.ts'
import type { SyncedContainer } from './sync-view.ts'
import { removePodFiles } from '../termination-message.ts'
import { WakeUp } from '../wake-up.ts'
import { PodVolumes } from '../volumes/pod-volumes.ts'

/**
 * Runs one pod from its binding to its removal: the kubelet's pod worker. Decisions are planSync's,
 * stepProbe's and stepTermination's; this class carries them out one at a time.
 */
export class PodWorker {
  /** Resolves when nothing of the pod is left running. */
  readonly done: Promise<void>
  readonly #doors: NodeDoors
  readonly #ref: PodRef
  readonly #emitEvent: (pod: Pod, event: PodEvent) => void
  readonly #runners: readonly ContainerRunner[]
  readonly #ephemeral: EphemeralContainers
  readonly #probes: PodProbes
  readonly #probeSync: ProbeSync
  readonly #listeners: ListenerWatch
  readonly #volumes: PodVolumes
  readonly #writer: StatusWriter
  readonly #wakeUp: WakeUp
  readonly #deadline: PodDeadline
  readonly #startTime: string
  /** All of the pod is to end. */
  readonly #terminating = new AbortController()
  /** The object is to go, or has gone. */
  readonly #removed = new AbortController()
  readonly #killed = new AbortController()
  #pod: Pod
  readonly #graceLeftSeconds: number | undefined
  #podIP: string | undefined
  #hasSandbox: boolean
  #isForgotten = false
  #failure: PodFailure | undefined
  #stage: StatusFacts['stage'] = 'running'
  /** The kubelet's own. */
  #conditions: readonly Condition[]
  #shown = ''
  #shownPhase: PodPhase = 'Pending'

  /** `sandbox`: an earlier run of this node has made it. */
  constructor(
    doors: NodeDoors,
    pod: Pod,
    emitEvent: (pod: Pod, event: PodEvent) => void,
    sandbox?: AdoptedSandbox,
  ) {
    const adopted = sandbox && new AdoptedPod(sandbox, pod, doors.clock)
    this.#doors = doors
    this.#pod = pod
    this.#emitEvent = emitEvent
    this.#conditions = ownConditions(pod.status?.conditions)
    const { namespace = 'default', name, uid = '' } = pod.metadata
    this.#ref = { namespace, name, uid }
    this.#startTime = adopted?.startTime ?? formatTimestamp(doors.clock.wallMs())
    this.#podIP = adopted?.podIP
    this.#hasSandbox = adopted !== undefined
    this.#graceLeftSeconds = adopted?.graceLeftSeconds
    if (adopted !== undefined) this.#shownPhase = pod.status?.phase ?? 'Pending'
    this.#wakeUp = new WakeUp(doors.clock)
    const { startedAt } = adopted ?? {}
    this.#deadline = new PodDeadline(doors.clock, () => this.#fail(DEADLINE_EXCEEDED), startedAt)
    this.#writer = new StatusWriter(doors, this.#ref)
    this.#listeners = new ListenerWatch(doors, this.#ref, () => this.#setListenerPace())
    this.#runners = [
      ...(pod.spec.initContainers ?? []).map((spec) =>
        this.#newRunner(spec, spec.restartPolicy === 'Always' ? 'sidecar' : 'init'),
      ),
      ...pod.spec.containers.map((spec) => this.#newRunner(spec, 'app')),
    ]
    this.#ephemeral = new EphemeralContainers(pod, {
      clock: doors.clock,
      newRunner: (spec) => this.#newRunner(spec, 'ephemeral'),
      terminating: this.#terminating.signal,
    })
    const onExceeded = (message: string) => this.#fail(evicted(message))
    this.#volumes = new PodVolumes(doors, pod, { emit: (event) => this.#emit(event), onExceeded })
    this.#probes = this.#newProbes(adopted)
    this.#probeSync = new ProbeSync(doors.clock, doors.timings.podSyncMs, () =>
      this.#probes.triggerUnready(),
    )
    adopted?.adoptInto(this.#allRunners())
    this.done = this.#run()
    this.update(pod)
  }

  /** For those who reach into the pod. */
  get view(): PodView {
    return {
      pod: this.#pod,
      podIP: this.#podIP,
      container: (name) => this.#runner(name),
    }
  }

  /** A newer version of the pod; its deletion begins the termination. */
  update(pod: Pod): void {
    const before = JSON.stringify(foreignConditions(this.#pod.status?.conditions))
    this.#pod = pod
    this.#volumes.update(pod)
    if (this.#ephemeral.update(pod)) this.#changed()
    this.#deadline.set(pod.spec.activeDeadlineSeconds)
    if (pod.metadata.deletionTimestamp !== undefined) this.#remove()
    // A readiness gate may have opened or closed.
    if (JSON.stringify(foreignConditions(pod.status?.conditions)) !== before) this.#changed()
  }

  /** The object is gone from the API: end what runs, tell nobody. */
  forget(): void {
    this.#isForgotten = true
    this.#remove()
  }

  /** Ends the pod's processes at once and writes nothing more. */
  kill(): void {
    this.#isForgotten = true
    this.#killed.abort()
    this.#remove()
  }

  async #run(): Promise<void> {
    // The constructor's caller gets the worker before anything is written.
    await Promise.resolve()
    this.#changed()
    this.#probes.start()
    this.#listeners.start()
    try {
      await this.#volumes.setUp()
      this.#podIP ??= await makeSandbox(this.#doors, {
        ref: this.#ref,
        pod: () => this.#pod,
        emit: (event) => this.#emit(event),
        terminating: this.#terminating.signal,
      })
      this.#hasSandbox = this.#podIP !== undefined
      if (this.#hasSandbox) this.#ephemeral.open(() => this.#volumes.setUp())
      await this.#sync()
      await this.#shutDown()
      await this.#leave()
    } finally {
      // Whatever went wrong, nothing of the pod goes on.
      this.#deadline.stop()
      this.#probeSync.stop()
      const parts = [this.#listeners, this.#writer, this.#probes, this.#volumes]
      await Promise.all(parts.map((part) => part.stop()))
    }
  }

  /** Until the end of the pod: decide, act, and again. */
  async #sync(): Promise<void> {
    const { clock, timings } = this.#doors
    while (!this.#terminating.signal.aborted) {
      const { restartPolicy = 'Always' } = this.#pod.spec
      const view = { restartPolicy, containers: this.#synced() }
      await this.#act(planSync(view, clock.monotonicNs(), timings))
    }
  }

  #synced(): readonly SyncedContainer[] {
    return this.#runners.map(({ record }) => {
      const failedProbe = this.#probes.failedProbe(record.name)
      const isStarted = this.#probes.isStarted(record.name)
      return failedProbe === undefined ? { record, isStarted } : { record, isStarted, failedProbe }
    })
  }

  async #act(action: SyncAction): Promise<void> {
    switch (action.kind) {
      case 'start':
        for (const runner of this.#runners) runner.forgetLast()
        await this.#runner(action.container)?.start()
        return this.#probeSync.request()
      case 'kill':
        return this.#kill(action.container, action.message)
      case 'back-off': {
        const { container, delayMs } = action
        const message = backOffMessage(this.#ref, container, delayMs)
        return this.#runner(container)?.showBackOff(message, delayMs)
      }
      case 'wait':
        return this.#wakeUp.wait(action.until)
      case 'ended':
        return this.#complete()
      default:
        return assertNever(action)
    }
  }

  /** A kill for a failed probe. The deletion of the pod goes past it; the kill itself goes on. */
  async #kill(container: string, message: string): Promise<void> {
    const runner = this.#runner(container)
    if (runner === undefined) return
    const failed = this.#probes.failedProbe(container)
    const probe = failed === 'startup' ? runner.spec.startupProbe : runner.spec.livenessProbe
    const graceSeconds = probe?.terminationGracePeriodSeconds ?? this.#specGrace()
    const stopped = runner.stop({ graceSeconds, message, cause: failed ?? 'liveness' })
    this.#setListenerPace()
    await Promise.race([stopped, aborted(this.#terminating.signal)])
    this.#setListenerPace()
  }

  /** The app containers have ended for good: sidecars are stopped, and then the pod is over. */
  async #complete(): Promise<void> {
    const options = { graceSeconds: this.#specGrace(), cause: 'pod-ended' } as const
    const stopped = stopAllContainers(this.#allRunners(), options)
    await Promise.race([stopped, aborted(this.#terminating.signal)])
    this.#terminate()
  }

  /** All containers that still run, then the sandbox, then the last status. */
  async #shutDown(): Promise<void> {
    const { restartPolicy = 'Always' } = this.#pod.spec
    const isInitialized = planInit(this.#synced(), restartPolicy).kind === 'initialized'
    this.#probeSync.stop()
    this.#setListenerPace()
    this.#probes.stopLivenessAndStartup()
    for (const runner of this.#allRunners()) runner.forgetFault()
    const cause = this.#removed.signal.aborted ? 'deletion' : (this.#failure?.cause ?? 'deadline')
    const graceSeconds = this.#graceSeconds()
    const stopped = stopAllContainers(this.#allRunners(), { graceSeconds, cause })
    await Promise.race([stopped, aborted(this.#killed.signal)])
    await this.#doors.runtime.removeSandbox(this.#ref.uid)
    await Promise.all([stopped, this.#ephemeral.settled()])
    await Promise.all([this.#listeners.stop(), this.#probes.stop()])
    if (!this.#killed.signal.aborted) await this.#volumes.remove()
    this.#hasSandbox = false
    this.#deadline.stop()
    settleContainers(this.#allRunners(), isInitialized)
    this.#stage = 'over'
    this.#changed()
  }

  /** The object of a pod that is over stays until it is deleted. */
  async #leave(): Promise<void> {
    await aborted(this.#removed.signal)
    if (!this.#isForgotten) {
      await Promise.race([this.#writer.flush(), aborted(this.#killed.signal)])
      if (!this.#killed.signal.aborted) await this.#writer.deletePod()
    }
    const { podFiles } = this.#doors
    // Of a node that stops, the pods run again when it starts: with what they have kept.
    if (podFiles === undefined || this.#killed.signal.aborted) return
    await removePodFiles(podFiles, this.#ref.uid)
  }

  #graceSeconds(): number {
    if (this.#isForgotten) return 0
    const { deletionGracePeriodSeconds = this.#specGrace() } = this.#pod.metadata
    return this.#failure?.graceSeconds ?? this.#graceLeftSeconds ?? deletionGracePeriodSeconds
  }

  #remove(): void {
    this.#removed.abort()
    this.#terminate()
  }

  #terminate(): void {
    this.#terminating.abort()
    void this.#volumes.stop()
    this.#wakeUp.wake()
  }

  #fail(failure: PodFailure): void {
    this.#failure ??= failure
    this.#emit(failure)
    this.#changed()
    this.#terminate()
  }

  /** Shows what has changed, and lets the next decision be taken. */
  #changed(): void {
    if (this.#isForgotten) return
    const status = buildStatus(this.#facts())
    this.#conditions = ownConditions(status.conditions)
    this.#shownPhase = status.phase ?? 'Pending'
    const text = JSON.stringify(status)
    if (text !== this.#shown) this.#writer.write(status)
    this.#shown = text
    this.#setListenerPace()
    this.#wakeUp.wake()
  }

  #facts(): StatusFacts {
    const names = this.#runners.map(({ spec }) => spec.name)
    return {
      pod: this.#pod,
      containers: this.#runners.map(({ record }) => record),
      ephemeral: this.#ephemeral.runners.map(({ record }) => record),
      started: new Set(names.filter((name) => this.#probes.isStarted(name))),
      ready: new Set(names.filter((name) => this.#probes.isReady(name))),
      hostIP: this.#doors.nodeIP,
      ...(this.#podIP === undefined ? {} : { podIP: this.#podIP }),
      hasSandbox: this.#hasSandbox,
      startTime: this.#startTime,
      stage: this.#stage,
      ...(this.#failure === undefined ? {} : { failure: this.#failure }),
      shownPhase: this.#shownPhase,
      conditions: [...this.#conditions, ...foreignConditions(this.#pod.status?.conditions)],
      now: formatTimestamp(this.#doors.clock.wallMs()),
    }
  }

  #setListenerPace(): void {
    const isStopping =
      this.#terminating.signal.aborted || this.#runners.some((runner) => runner.isStopping)
    const isReady = this.#pod.spec.containers.every(({ name }) => this.#probes.isReady(name))
    const pace = !isReady ? 'starting' : this.#listeners.isListening ? 'idle' : 'silent'
    this.#listeners.setPace(isStopping ? 'stopping' : pace)
  }

  #newRunner(spec: EphemeralContainer, role: ContainerRole): ContainerRunner {
    const pod: RunnerPod = {
      ref: this.#ref,
      pod: () => this.#pod,
      podIP: () => this.#podIP ?? '',
      configure: (container, image, instance) =>
        configureContainer(this.#doors, this.#pod, container, image, {
          ...instance,
          podIP: this.#podIP ?? '',
          volumes: this.#volumes.mounted,
          ...targetOf(spec, (name) => this.#runner(name)?.runningId),
        }),
      emit: (event) => this.#emit(event),
      terminating: this.#terminating.signal,
      killed: this.#killed.signal,
      changed: () => this.#changed(),
      exited: () => {
        if (!this.#allRunners().some((runner) => runner.isAlive)) this.#listeners.allExited()
        this.#wakeUp.wake()
      },
    }
    return new ContainerRunner(this.#doors, pod, spec, role)
  }

  #newProbes(adopted: AdoptedPod | undefined): PodProbes {
    return new PodProbes(this.#doors, {
      pod: this.#pod,
      ref: this.#ref,
      recordOf: (container) => this.#runner(container)?.record,
      podIP: () => this.#podIP ?? '',
      probeState: (container, kind) => adopted?.probeState(container, kind),
      stage: () => {
        // A pod that has failed has no probes, although its containers still end.
        if (this.#stage === 'over' || this.#failure !== undefined) return 'over'
        return this.#terminating.signal.aborted ? 'terminating' : 'running'
      },
      emit: (event) => this.#emit(event),
      changed: () => {
        this.#changed()
        this.#probeSync.request()
      },
    })
  }

  #emit(event: PodEvent): void {
    if (!this.#killed.signal.aborted) this.#emitEvent(this.#pod, event)
  }

  #runner(container: string): ContainerRunner | undefined {
    return this.#allRunners().find(({ spec }) => spec.name === container)
  }

  #allRunners(): readonly ContainerRunner[] {
    return [...this.#runners, ...this.#ephemeral.runners]
  }

  #specGrace(): number {
    return this.#pod.spec.terminationGracePeriodSeconds ?? 30
  }
}
