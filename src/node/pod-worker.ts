import type { Condition } from '../api/meta.ts'
import type { Container, Pod, PodPhase } from '../api/pod.ts'
import { assertNever } from '../base/invariant.ts'
import { formatTimestamp } from '../base/timestamp.ts'
import type { ImageConfig } from '../runtime/runtime.ts'
import type { PodRef } from '../timeline/fact.ts'
import { sleep } from '../world/clock.ts'
import { aborted } from './abort.ts'
import { foreignConditions, ownConditions } from './conditions.ts'
import { formatBackOff } from './back-off.ts'
import { containerConfig, podHostname } from './container-config.ts'
import { ContainerRunner, type RunnerPod } from './container-runner.ts'
import type { NodeDoors, PodEvent } from './doors.ts'
import { planSync, type SyncAction } from './lifecycle.ts'
import { ListenerWatch } from './listener-watch.ts'
import { ProbeSync } from './probe-sync.ts'
import { PodProbes } from './probes/pod-probes.ts'
import { readSources } from './read-sources.ts'
import { StatusWriter } from './status-writer.ts'
import { buildStatus, type StatusFacts } from './status.ts'
import type { PodView } from './pod-view.ts'
import { NS_PER_MS } from './timings.ts'

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
  readonly #probes: PodProbes
  readonly #probeSync: ProbeSync
  readonly #listeners: ListenerWatch
  readonly #writer: StatusWriter
  readonly #startTime: string
  readonly #terminating = new AbortController()
  readonly #killed = new AbortController()
  #pod: Pod
  #podIP: string | undefined
  #hasSandbox = false
  #isForgotten = false
  #stage: StatusFacts['stage'] = 'running'
  /** The kubelet's own. */
  #conditions: readonly Condition[]
  #shown = ''
  #shownPhase: PodPhase = 'Pending'
  #wake: () => void = () => {}

  constructor(doors: NodeDoors, pod: Pod, emitEvent: (pod: Pod, event: PodEvent) => void) {
    this.#doors = doors
    this.#pod = pod
    this.#emitEvent = emitEvent
    this.#conditions = ownConditions(pod.status?.conditions)
    const { namespace = 'default', name, uid = '' } = pod.metadata
    this.#ref = { namespace, name, uid }
    this.#startTime = formatTimestamp(doors.clock.wallMs())
    this.#writer = new StatusWriter(doors, this.#ref)
    this.#listeners = new ListenerWatch(doors, this.#ref, () => this.#setListenerPace())
    this.#runners = [
      ...(pod.spec.initContainers ?? []).map((spec) =>
        // A sidecar never ends, so nothing can wait for it: it runs beside the others.
        this.#newRunner(spec, spec.restartPolicy === 'Always' ? 'app' : 'init'),
      ),
      ...pod.spec.containers.map((spec) => this.#newRunner(spec, 'app')),
    ]
    this.#probes = this.#newProbes()
    this.#probeSync = new ProbeSync(doors.clock, doors.timings.podSyncMs, () =>
      this.#probes.triggerUnready(),
    )
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
    if (pod.metadata.deletionTimestamp !== undefined) this.#terminate()
    // A readiness gate may have opened or closed.
    if (JSON.stringify(foreignConditions(pod.status?.conditions)) !== before) this.#changed()
  }

  /** The object is gone from the API: end what runs, tell nobody. */
  forget(): void {
    this.#isForgotten = true
    this.#terminate()
  }

  /** Ends the pod's processes at once and writes nothing more. */
  kill(): void {
    this.#isForgotten = true
    this.#killed.abort()
    this.#terminate()
  }

  async #run(): Promise<void> {
    // The constructor's caller gets the worker before anything is written.
    await Promise.resolve()
    this.#changed()
    this.#probes.start()
    this.#listeners.start()
    try {
      await this.#makeSandbox()
      await this.#sync()
      await this.#shutDown()
    } finally {
      // Whatever went wrong, nothing of the pod goes on.
      this.#probeSync.stop()
      await Promise.all([this.#listeners.stop(), this.#writer.stop(), this.#probes.stop()])
    }
  }

  async #makeSandbox(): Promise<void> {
    const { runtime, clock, timings } = this.#doors
    const { uid: id, namespace, name } = this.#ref
    while (!this.#terminating.signal.aborted) {
      try {
        const config = { id, namespace, name, hostname: podHostname(this.#pod) }
        this.#podIP = (await runtime.createSandbox(config)).ip
        this.#hasSandbox = true
        return
      } catch (error) {
        const message = `Failed to create pod sandbox: ${error instanceof Error ? error.message : String(error)}`
        this.#emit({ type: 'Warning', reason: 'FailedCreatePodSandBox', message })
        await sleep(clock, timings.retryMs, this.#terminating.signal)
      }
    }
  }

  /** Until the deletion: decide, act, and again. */
  async #sync(): Promise<void> {
    const { clock, timings } = this.#doors
    while (!this.#terminating.signal.aborted) {
      const containers = this.#runners.map(({ record }) => {
        const failedProbe = this.#probes.failedProbe(record.name)
        return failedProbe === undefined ? { record } : { record, failedProbe }
      })
      const restartPolicy = this.#pod.spec.restartPolicy ?? 'Always'
      await this.#act(planSync({ restartPolicy, containers }, clock.monotonicNs(), timings))
    }
  }

  async #act(action: SyncAction): Promise<void> {
    switch (action.kind) {
      case 'start':
        await this.#runner(action.container)?.start()
        return this.#probeSync.request()
      case 'kill':
        return this.#kill(action.container, action.message)
      case 'back-off': {
        const { container, delayMs } = action
        const { name, namespace, uid } = this.#ref
        const message = `back-off ${formatBackOff(delayMs)} restarting failed container=${container} pod=${name}_${namespace}(${uid})`
        return this.#runner(container)?.showBackOff(message, delayMs)
      }
      case 'wait':
        return this.#untilWoken(action.until)
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
    const stopped = runner.stop({ graceSeconds, message })
    this.#setListenerPace()
    await Promise.race([stopped, aborted(this.#terminating.signal)])
    this.#setListenerPace()
  }

  /** All containers have ended for good; the phase follows one write later, as in the kubelet. */
  async #complete(): Promise<void> {
    if (this.#stage === 'running') {
      this.#stage = 'over'
      this.#changed()
    }
    await this.#untilWoken(undefined)
  }

  /** The deletion: all containers at once, then the last status, then the object. */
  async #shutDown(): Promise<void> {
    const { runtime } = this.#doors
    this.#probeSync.stop()
    this.#setListenerPace()
    this.#probes.stopLivenessAndStartup()
    const graceSeconds = this.#isForgotten
      ? 0
      : (this.#pod.metadata.deletionGracePeriodSeconds ?? this.#specGrace())
    const stopped = this.#stopAll(graceSeconds)
    await Promise.race([stopped, aborted(this.#killed.signal)])
    await runtime.removeSandbox(this.#ref.uid)
    await stopped
    await this.#listeners.stop()

    this.#hasSandbox = false
    for (const runner of this.#runners) runner.settle()
    this.#stage = 'over'
    if (!this.#isForgotten) {
      this.#changed()
      await Promise.race([this.#writer.flush(), aborted(this.#killed.signal)])
      if (!this.#killed.signal.aborted) await this.#writer.deletePod()
    }
  }

  async #stopAll(graceSeconds: number): Promise<void> {
    await Promise.all(
      this.#runners.map((runner) =>
        runner.stop({ graceSeconds, message: `Stopping container ${runner.spec.name}` }),
      ),
    )
  }

  #terminate(): void {
    this.#terminating.abort()
    this.#wake()
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
    this.#wake()
  }

  #facts(): StatusFacts {
    const names = this.#runners.map(({ spec }) => spec.name)
    return {
      pod: this.#pod,
      containers: this.#runners.map(({ record }) => record),
      started: new Set(names.filter((name) => this.#probes.isStarted(name))),
      ready: new Set(names.filter((name) => this.#probes.isReady(name))),
      hostIP: this.#doors.nodeIP,
      ...(this.#podIP === undefined ? {} : { podIP: this.#podIP }),
      hasSandbox: this.#hasSandbox,
      startTime: this.#startTime,
      stage: this.#stage,
      isDeleted: this.#terminating.signal.aborted,
      shownPhase: this.#shownPhase,
      conditions: [...this.#conditions, ...foreignConditions(this.#pod.status?.conditions)],
      now: formatTimestamp(this.#doors.clock.wallMs()),
    }
  }

  #setListenerPace(): void {
    const isStopping =
      this.#terminating.signal.aborted || this.#runners.some((runner) => runner.isStopping)
    const isSettled =
      this.#listeners.isListening &&
      this.#pod.spec.containers.every(({ name }) => this.#probes.isReady(name))
    this.#listeners.setPace(isStopping ? 'stopping' : isSettled ? 'idle' : 'starting')
  }

  #untilWoken(until: number | undefined): Promise<void> {
    const { clock } = this.#doors
    return new Promise((resolve) => {
      const timer =
        until === undefined
          ? undefined
          : clock.after((until - clock.monotonicNs()) / NS_PER_MS, resolve)
      this.#wake = () => {
        timer?.cancel()
        resolve()
      }
    })
  }

  #newRunner(spec: Container, role: 'init' | 'app'): ContainerRunner {
    const pod: RunnerPod = {
      ref: this.#ref,
      pod: () => this.#pod,
      podIP: () => this.#podIP ?? '',
      configure: (container, image, instance) => this.#configure(container, image, instance),
      emit: (event) => this.#emit(event),
      terminating: this.#terminating.signal,
      killed: this.#killed.signal,
      changed: () => this.#changed(),
      exited: () => {
        if (!this.#runners.some((runner) => runner.isAlive)) this.#listeners.allExited()
        this.#wake()
      },
    }
    return new ContainerRunner(this.#doors, pod, spec, role)
  }

  #newProbes(): PodProbes {
    return new PodProbes(this.#doors, {
      pod: this.#pod,
      ref: this.#ref,
      recordOf: (container) => this.#runner(container)?.record,
      podIP: () => this.#podIP ?? '',
      stage: () => {
        if (this.#stage === 'over') return 'over'
        return this.#terminating.signal.aborted ? 'terminating' : 'running'
      },
      emit: (event) => this.#emit(event),
      changed: () => {
        this.#changed()
        this.#probeSync.request()
      },
    })
  }

  async #configure(
    container: Container,
    image: ImageConfig,
    instance: { readonly id: string; readonly restart: number },
  ) {
    const { client, nodeIP, logDirectory } = this.#doors
    const addresses = { podIP: this.#podIP ?? '', hostIP: nodeIP }
    const sources = await readSources(client, this.#pod, container, addresses)
    return containerConfig(container, image, { ...instance, logDirectory }, sources)
  }

  #emit(event: PodEvent): void {
    if (!this.#killed.signal.aborted) this.#emitEvent(this.#pod, event)
  }

  #runner(container: string): ContainerRunner | undefined {
    return this.#runners.find(({ spec }) => spec.name === container)
  }

  #specGrace(): number {
    return this.#pod.spec.terminationGracePeriodSeconds ?? 30
  }
}
