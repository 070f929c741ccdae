import type { ContainerStatus, Pod } from '../../api/pod.ts'
import { formatTimestamp, parseTimestamp } from '../../base/timestamp.ts'
import type { AdoptedSandbox } from '../../runtime/runtime.ts'
import type { ProbeKind } from '../../timeline/fact.ts'
import type { Clock } from '../../world/clock.ts'
import { adoptContainer } from '../container/adopted-container.ts'
import type { ContainerRunner } from '../container/container-runner.ts'
import { NEW_PROBE, type ProbeState } from '../probes/step.ts'
import { parseContainerId } from './status-record.ts'
import { NS_PER_MS } from '../timings.ts'

/** A pod that an earlier run of this node has started, and that goes on: what its worker begins with. */
export class AdoptedPod {
  readonly podIP: string
  /** RFC 3339. */
  readonly startTime: string
  /** The same on the run's clock, in nanoseconds. */
  readonly startedAt: number
  /** Of its grace period, when it was being deleted already: that has gone on meanwhile. */
  readonly graceLeftSeconds: number | undefined
  readonly #sandbox: AdoptedSandbox
  readonly #pod: Pod
  readonly #clock: Clock

  constructor(sandbox: AdoptedSandbox, pod: Pod, clock: Clock) {
    this.#sandbox = sandbox
    this.#pod = pod
    this.#clock = clock
    this.podIP = sandbox.ip
    this.startTime = pod.status?.startTime ?? formatTimestamp(clock.wallMs())
    this.startedAt = this.#momentOf(this.startTime)
    const { deletionTimestamp } = pod.metadata
    const endsAt = deletionTimestamp === undefined ? undefined : parseTimestamp(deletionTimestamp)
    this.graceLeftSeconds =
      endsAt === undefined ? undefined : Math.max(0, (endsAt - clock.wallMs()) / 1_000)
  }

  adoptInto(runners: readonly ContainerRunner[]): void {
    for (const runner of runners) {
      const { name } = runner.spec
      const container = this.#sandbox.containers.find(({ config }) => config.name === name)
      const clock = {
        momentOf: (wall: string | undefined) => this.#momentOf(wall),
        nowWall: formatTimestamp(this.#clock.wallMs()),
      }
      const state = adoptContainer(runner.record, this.#statusOf(name), container, clock)
      runner.adopt(state, this.#stopSignalledAt(container?.signalled?.atMs))
    }
  }

  /**
   * What its probes had found out stays until they find something else. The kubelet of 1.34 forgets it, and pods are not ready
   * for a moment whenever it is restarted (kubernetes#100277); that of 1.35 does not.
   */
  probeState(container: string, kind: ProbeKind): ProbeState | undefined {
    const status = this.#statusOf(container)
    if (status?.containerID === undefined) return undefined
    const containerId = parseContainerId(status.containerID)
    const passed = { ...NEW_PROBE, containerId, result: 'success' as const }
    if (kind === 'readiness' && status.ready) return passed
    if (kind === 'startup' && status.started === true) return { ...passed, onHold: true }
    return undefined
  }

  /** Nanoseconds; undefined when the newest signal was not that of the pod's deletion. */
  #stopSignalledAt(atMs: number | undefined): number | undefined {
    const { deletionTimestamp = '', deletionGracePeriodSeconds = 0 } = this.#pod.metadata
    const endsAt = parseTimestamp(deletionTimestamp)
    // Times in the API are whole seconds.
    const deletedAt = (endsAt ?? Number.POSITIVE_INFINITY) - deletionGracePeriodSeconds * 1_000
    if (atMs === undefined || atMs < deletedAt - 1_000) return undefined
    return this.#momentOfMs(atMs)
  }

  #statusOf(container: string): ContainerStatus | undefined {
    const { containerStatuses = [], ...status } = this.#pod.status ?? {}
    const { initContainerStatuses = [], ephemeralContainerStatuses = [] } = status
    return [...initContainerStatuses, ...containerStatuses, ...ephemeralContainerStatuses].find(
      ({ name }) => name === container,
    )
  }

  #momentOf(wall: string | undefined): number {
    return this.#momentOfMs(parseTimestamp(wall ?? '') ?? this.#clock.wallMs())
  }

  #momentOfMs(wallMs: number): number {
    return this.#clock.monotonicNs() - (this.#clock.wallMs() - wallMs) * NS_PER_MS
  }
}
