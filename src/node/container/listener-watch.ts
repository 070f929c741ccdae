import type { Runtime } from '../../runtime/runtime.ts'
import type { PodRef, Recorder } from '../../timeline/fact.ts'
import type { Clock } from '../../world/clock.ts'
import { NS_PER_MS, type NodeTimings } from '../timings.ts'

/** starting: until the pod is ready and listens. idle: not at all. stopping: from a kill or the deletion on. */
export type ListenerPace = 'idle' | 'starting' | 'stopping'

/**
 * Watches which TCP ports of a pod are listened on. There is no notice of that from the kernel, so it
 * looks at intervals; every fact says how late it may be.
 */
export class ListenerWatch {
  readonly #clock: Clock
  readonly #runtime: Runtime
  readonly #recorder: Recorder
  readonly #pod: PodRef
  readonly #timings: NodeTimings
  readonly #onChange: () => void
  #pace: ListenerPace = 'idle'
  #open: readonly number[] = []
  #lookedAt: number
  #isStopped = false
  #wake: () => void = () => {}
  #done: Promise<void> = Promise.resolve()

  constructor(
    doors: {
      readonly clock: Clock
      readonly runtime: Runtime
      readonly recorder: Recorder
      readonly timings: NodeTimings
    },
    pod: PodRef,
    onChange: () => void,
  ) {
    this.#clock = doors.clock
    this.#runtime = doors.runtime
    this.#recorder = doors.recorder
    this.#timings = doors.timings
    this.#pod = pod
    this.#onChange = onChange
    this.#lookedAt = doors.clock.monotonicNs()
  }

  start(): void {
    this.#lookedAt = this.#clock.monotonicNs()
    this.#done = this.#run()
  }

  get isListening(): boolean {
    return this.#open.length > 0
  }

  /** Another pace begins with a look. */
  setPace(pace: ListenerPace): void {
    if (pace === this.#pace) return
    this.#pace = pace
    this.#wake()
  }

  /** The last process of the pod has ended: what was open is closed. */
  allExited(): void {
    this.#become([])
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#wake()
    await this.#done
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      if (this.#pace !== 'idle') await this.#look()
      if (!this.#isStopped) await this.#untilNextLook()
    }
  }

  async #look(): Promise<void> {
    try {
      const ports = await this.#runtime.listeningPorts(this.#pod.uid)
      if (!this.#isStopped) this.#become(ports)
    } catch {
      // The sandbox is being made or removed; the next look, or the exit, will tell.
    }
  }

  #become(ports: readonly number[]): void {
    const now = this.#clock.monotonicNs()
    const resolutionMs = Math.ceil((now - this.#lookedAt) / NS_PER_MS)
    this.#lookedAt = now
    const record = (kind: 'listener-opened' | 'listener-closed', port: number) =>
      this.#recorder.record({ kind, pod: this.#pod, port, resolutionMs })
    for (const port of this.#open) if (!ports.includes(port)) record('listener-closed', port)
    for (const port of ports) if (!this.#open.includes(port)) record('listener-opened', port)
    this.#open = ports
    this.#onChange()
  }

  #untilNextLook(): Promise<void> {
    const { listenerPollMs, listenerPollMsStopping } = this.#timings
    return new Promise((resolve) => {
      const delayMs = this.#pace === 'stopping' ? listenerPollMsStopping : listenerPollMs
      const timer = this.#pace === 'idle' ? undefined : this.#clock.after(delayMs, resolve)
      this.#wake = () => {
        timer?.cancel()
        resolve()
      }
    })
  }
}
