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
  #setUpVolumes: (() => Promise<void>) | undefined

  constructor(pod: Pod, options: EphemeralOptions) {
    this.#options = options
    this.update(pod)
  }

  get runners(): readonly ContainerRunner[] {
    return [...this.#runners.values()]
  }

  /** They come, and neither change nor go. Whether there are more than before. */
  update({ spec: { ephemeralContainers = [] } }: Pod): boolean {
    const added = ephemeralContainers.filter(({ name }) => !this.#runners.has(name))
    for (const container of added) {
      this.#runners.set(container.name, this.#options.newRunner(container))
    }
    if (this.#setUpVolumes !== undefined) this.#startAll(this.#setUpVolumes)
    return added.length > 0
  }

  /** The pod has its sandbox. `setUpVolumes`: those that one which is added is the first to mount, too. */
  open(setUpVolumes: () => Promise<void>): void {
    this.#setUpVolumes = setUpVolumes
    this.#startAll(setUpVolumes)
  }

  /** Resolves when none is being started any more: after the pod has begun to end. */
  async settled(): Promise<void> {
    await Promise.all(this.#starting.values())
  }

  #startAll(setUpVolumes: () => Promise<void>): void {
    for (const [name, runner] of this.#runners) {
      if (this.#starting.has(name)) continue
      this.#starting.set(name, this.#start(runner, setUpVolumes))
    }
  }

  async #start(runner: ContainerRunner, setUpVolumes: () => Promise<void>): Promise<void> {
    const { clock, terminating } = this.#options
    await setUpVolumes()
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
