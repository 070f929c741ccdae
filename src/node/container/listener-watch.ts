import type { PortUse, Runtime } from '../../runtime/runtime.ts'
import type { PodRef, Recorder } from '../../timeline/fact.ts'
import type { Clock } from '../../world/clock.ts'
import { NS_PER_MS, type NodeTimings } from '../timings.ts'
import {
  type ClosedConnections,
  endConnections,
  type KnownPorts,
  stepConnections,
} from './port-connections.ts'

/**
 * starting: until the pod is ready. silent: it is ready and listens nowhere (yet). idle: not at all. stopping: from a kill or
 * the deletion on.
 */
export type ListenerPace = 'idle' | 'starting' | 'silent' | 'stopping'

/**
 * Connections are looked at again after nine times as long as a look took: a tenth of the time at most, however many
 * there are. Listeners are looked at in between, which is short work.
 */
const REST = 9
/** A pod's server may be asked again and again, by probes if by nobody else, before it ends: facts of that per stop. */
const CLOSED_MAX = 100
/** Many a pod never listens. Such a one is looked at after a tenth of the time for which it has been silent, at least so often. */
const SILENT_PART = 10
const SILENT_POLL_MS_MAX = 10_000

/**
 * Watches which TCP ports of a pod are listened on, and from when it is stopped or a listener closes, when the last
 * connection to them is closed. There is no notice of that from the kernel, so it looks at intervals; every fact says how
 * late it may be.
 */
export class ListenerWatch {
  readonly #clock: Clock
  readonly #runtime: Runtime
  readonly #recorder: Recorder
  readonly #pod: PodRef
  readonly #timings: NodeTimings
  readonly #onChange: () => void
  #pace: ListenerPace = 'idle'
  #pacedAt = 0
  #open: readonly number[] = []
  /** Of ports whose connections are looked at. */
  #connections: KnownPorts = new Map()
  #closedCount = 0
  #connectionsSeenAt: number
  #connectionsDueAt = 0
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
    this.#connectionsSeenAt = this.#lookedAt
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
    this.#pacedAt = this.#clock.monotonicNs()
    this.#closedCount = 0
    this.#wake()
  }

  /** The last process of the pod has ended: what was open is closed. */
  allExited(): void {
    const known = this.#connections
    this.#connections = new Map()
    this.#become([])
    const resolutionMs = this.#seeConnections()
    for (const closed of endConnections(known)) this.#tellClosed(closed, resolutionMs)
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#wake()
    await this.#done
  }

  /** Some are open although their listener is closed. */
  get #isDraining(): boolean {
    return [...this.#connections.values()].some(({ isListening }) => !isListening)
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      if (this.#pace !== 'idle' || this.#isDraining) await this.#look()
      if (!this.#isStopped) await this.#untilNextLook()
    }
  }

  async #look(): Promise<void> {
    try {
      const isWatched = this.#pace === 'stopping' || this.#isDraining
      if (isWatched && (await this.#lookAtConnections())) return
      const hasClosed = await this.#lookForListeners()
      if (!isWatched && hasClosed) await this.#lookAtConnections()
    } catch {
      // The sandbox is being made or removed; the next look, or the exit, will tell.
    }
  }

  /** Whether it has: it may not be time, and a runtime may not see them. */
  async #lookAtConnections(): Promise<boolean> {
    const startedAt = this.#clock.monotonicNs()
    if (this.#runtime.portUse === undefined || startedAt < this.#connectionsDueAt) return false
    try {
      this.#takeUse(await this.#runtime.portUse(this.#pod.uid))
    } finally {
      const now = this.#clock.monotonicNs()
      this.#connectionsDueAt = now + REST * (now - startedAt)
    }
    return true
  }

  /** Whether one has closed. */
  async #lookForListeners(): Promise<boolean> {
    const open = this.#open
    const ports = await this.#runtime.listeningPorts(this.#pod.uid)
    if (this.#isStopped) return false
    const closed = open.filter((port) => !ports.includes(port))
    if (this.#pace !== 'stopping' && this.#runtime.portUse !== undefined) {
      const isListening = true
      this.#connections = new Map(closed.map((port) => [port, { isListening, open: undefined }]))
    }
    this.#become(ports)
    return closed.length > 0
  }

  #takeUse(use: PortUse): void {
    if (this.#isStopped) return
    const isStopping = this.#pace === 'stopping'
    const { known, closed } = stepConnections(this.#connections, use)
    this.#connections = isStopping
      ? known
      : new Map([...known].filter(([, { isListening }]) => !isListening))
    this.#become(use.listening)
    const resolutionMs = this.#seeConnections()
    for (const each of closed) this.#tellClosed(each, resolutionMs)
  }

  /** Returns how late what is seen of them now may be, in milliseconds. */
  #seeConnections(): number {
    const before = this.#connectionsSeenAt
    this.#connectionsSeenAt = this.#clock.monotonicNs()
    return Math.ceil((this.#connectionsSeenAt - before) / NS_PER_MS)
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

  #tellClosed({ port, isListening, before }: ClosedConnections, resolutionMs: number): void {
    if (isListening && ++this.#closedCount > CLOSED_MAX) {
      if (this.#closedCount > CLOSED_MAX + 1) return
      const what = `facts of closed connections of pod ${this.#pod.namespace}/${this.#pod.name}`
      this.#recorder.record({ kind: 'bound-reached', what, limit: CLOSED_MAX })
      return
    }
    this.#recorder.record({
      kind: 'connections-closed',
      pod: this.#pod,
      port,
      listening: isListening,
      ...(before === undefined ? {} : { before }),
      resolutionMs,
    })
  }

  #untilNextLook(): Promise<void> {
    return new Promise((resolve) => {
      const isIdle = this.#pace === 'idle' && !this.#isDraining
      const timer = isIdle ? undefined : this.#clock.after(this.#nextLookMs(), resolve)
      this.#wake = () => {
        timer?.cancel()
        resolve()
      }
    })
  }

  #nextLookMs(): number {
    const { listenerPollMs, listenerPollMsStopping } = this.#timings
    if (this.#pace === 'stopping') return listenerPollMsStopping
    if (this.#pace !== 'silent' || this.#isDraining) return listenerPollMs
    const silentMs = (this.#clock.monotonicNs() - this.#pacedAt) / NS_PER_MS
    return Math.max(listenerPollMs, Math.min(silentMs / SILENT_PART, SILENT_POLL_MS_MAX))
  }
}
