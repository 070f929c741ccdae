import type { ChildProcess } from '../../world/processes.ts'
import { pauseCommand } from './container-commands.ts'
import type { ContainerWorld } from './container.ts'
import { SCRIPT_ENVIRONMENT } from '../process/shell.ts'

/** Process 1 of a pod whose containers share their processes; when it ends, the kernel ends them all. */
export class PauseProcess {
  readonly #world: ContainerWorld
  readonly #netns: string
  readonly #ended = Promise.withResolvers<void>()
  #process: ChildProcess | undefined
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

  async start(): Promise<void> {
    const { processes, tools } = this.#world
    const started = Promise.withResolvers<void>()
    this.#process = processes.spawn(
      { command: pauseCommand(tools, this.#netns), env: SCRIPT_ENVIRONMENT, report: true },
      {
        onOutput: () => undefined,
        onReport: (text) => {
          const match = /^started (\d+)$/m.exec(text ?? '')
          if (match === null) return
          this.#processId = Number(match[1])
          started.resolve()
        },
        onExit: () => {
          this.#hasEnded = true
          this.#ended.resolve()
          started.reject(new Error('the process that a pod shares cannot be started'))
        },
      },
    )
    await started.promise
  }

  /** Resolves when it has ended. */
  async kill(): Promise<void> {
    if (this.#process === undefined) return
    if (this.#processId !== undefined) this.#world.processes.signal(this.#processId, 'SIGKILL')
    await this.#ended.promise
  }
}
