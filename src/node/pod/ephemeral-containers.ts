import type { EphemeralContainer, Pod } from '../../api/pod.ts'
import type { ContainerConfig } from '../../runtime/runtime.ts'
import { sleep, type Clock } from '../../world/clock.ts'
import { ContainerConfigError } from '../container/container-config-error.ts'
import type { ContainerRunner } from '../container/container-runner.ts'
import { NS_PER_MS } from '../timings.ts'

export interface EphemeralOptions {
  readonly clock: Clock
  readonly newRunner: (spec: EphemeralContainer) => ContainerRunner
  /** From then on none is started any more. */
  readonly terminating: AbortSignal
}

/**
 * The containers that are added to a pod that runs (`kubectl debug`). Each is started once, beside all others and whatever
 * becomes of them; what cannot be started for the time being is tried again. They end with the pod.
 * https://kubernetes.io/docs/concepts/workloads/pods/ephemeral-containers/
 */
export class EphemeralContainers {
  readonly #options: EphemeralOptions
  readonly #runners = new Map<string, ContainerRunner>()
  readonly #starting = new Map<string, Promise<void>>()
  #isOpen = false

  constructor(pod: Pod, options: EphemeralOptions) {
    this.#options = options
    this.update(pod)
  }

  get runners(): readonly ContainerRunner[] {
    return [...this.#runners.values()]
  }

  /** They come, and neither change nor go. */
  update({ spec }: Pod): void {
    for (const container of spec.ephemeralContainers ?? []) {
      if (this.#runners.has(container.name)) continue
      this.#runners.set(container.name, this.#options.newRunner(container))
    }
    if (this.#isOpen) this.#startAll()
  }

  /** The pod has its sandbox. */
  open(): void {
    this.#isOpen = true
    this.#startAll()
  }

  /** Resolves when none is being started any more: after the pod has begun to end. */
  async settled(): Promise<void> {
    await Promise.all(this.#starting.values())
  }

  #startAll(): void {
    for (const [name, runner] of this.#runners) {
      if (this.#starting.has(name)) continue
      this.#starting.set(name, this.#start(runner))
    }
  }

  async #start(runner: ContainerRunner): Promise<void> {
    const { clock, terminating } = this.#options
    while (!terminating.aborted && isNeverStarted(runner)) {
      await runner.start()
      const { phase } = runner.record
      if (phase.kind !== 'waiting' || phase.retryAt === undefined) return
      const delayMs = Math.max(0, phase.retryAt - clock.monotonicNs()) / NS_PER_MS
      await sleep(clock, delayMs, terminating)
    }
  }
}

/** Whose processes it is to see. Throws ContainerConfigError, in the kubelet's words, when that one does not run. */
export function targetOf(
  { targetContainerName: name = '' }: EphemeralContainer,
  idOf: (container: string) => string | undefined,
): Pick<ContainerConfig, 'processesOf'> {
  if (name === '') return {}
  const processesOf = idOf(name)
  if (processesOf !== undefined) return { processesOf }
  throw new ContainerConfigError(`unable to find target container ${name}`)
}

function isNeverStarted({ record }: ContainerRunner): boolean {
  return record.containerId === undefined && record.phase.kind === 'waiting'
}
