import type { OutputPaths } from '../../world/processes.ts'
import { pauseCommand } from './container-commands.ts'
import type { ContainerWorld } from './container.ts'
import type { PodRecord } from './records.ts'
import { SCRIPT_ENVIRONMENT } from '../process/shell.ts'

/** Process 1 of a pod whose containers share their processes; when it ends, the kernel ends them all. */
export class PauseProcess {
  readonly #world: ContainerWorld
  readonly #netns: string
  readonly #ended = Promise.withResolvers<void>()
  #isStarted = false
  #outputPaths: OutputPaths | undefined
  #processId: number | undefined
  #hasEnded = false

  constructor(world: ContainerWorld, netns: string) {
    this.#world = world
    this.#netns = netns
  }

  /** As hitless sees it, once started. */
  get processId(): number | undefined {
    return this.#processId
  }

  get hasEnded(): boolean {
    return this.#hasEnded
  }

  /** What the next run has to know to take it over. */
  get record(): PodRecord['pause'] {
    const [processId, outputPaths] = [this.#processId, this.#outputPaths]
    return processId === undefined || outputPaths === undefined
      ? undefined
      : { processId, outputPaths }
  }

  /** `podId`: whose it is. */
  async start(podId: string): Promise<void> {
    const { processes, tools, pipes, records } = this.#world
    const started = Promise.withResolvers<void>()
    // Nothing is ever written to them: their end tells that of the process.
    const outputPaths = records === undefined ? undefined : await pipes.take()
    const keptPath = await records?.beginPod(podId)
    this.#outputPaths = outputPaths
    this.#isStarted = true
    processes.spawn(
      {
        command: pauseCommand(tools, this.#netns, keptPath),
        env: SCRIPT_ENVIRONMENT,
        report: true,
        ...(outputPaths === undefined ? {} : { outputPaths }),
      },
      {
        onOutput: () => undefined,
        onReport: (text) => {
          const match = /^started (\d+)$/m.exec(text ?? '')
          if (match === null) return
          this.#processId = Number(match[1])
          started.resolve()
        },
        onExit: () => {
          this.#end()
          started.reject(new Error('the process that a pod shares cannot be started'))
        },
      },
    )
    await started.promise
  }

  /** Takes over one that an earlier run has started. */
  follow({ processId, outputPaths }: NonNullable<PodRecord['pause']>): void {
    this.#processId = processId
    this.#outputPaths = outputPaths
    this.#isStarted = true
    this.#world.processes.follow(outputPaths, {
      onOutput: () => undefined,
      onEnd: () => this.#end(),
    })
  }

  /** Resolves when it has ended. */
  async kill(): Promise<void> {
    if (!this.#isStarted) return
    if (this.#processId !== undefined && !this.#hasEnded)
      this.#world.processes.signal(this.#processId, 'SIGKILL')
    await this.#ended.promise
  }

  /** When no record tells of it any more: its pipes may be others' from now on. */
  release(): void {
    if (this.#outputPaths !== undefined && this.#hasEnded) {
      this.#world.pipes.giveBack(this.#outputPaths)
    }
  }

  #end(): void {
    this.#hasEnded = true
    this.#ended.resolve()
  }
}
