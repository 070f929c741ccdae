import type { Clock } from '../../world/clock.ts'
import type { Files } from '../../world/files.ts'
import type { ChildProcess, Processes, ProcessExit } from '../../world/processes.ts'
import { AttachedClients } from '../process/attached-clients.ts'
import type { ContainerLogs } from '../process/container-logs.ts'
import { ContainerOutput } from '../process/container-output.ts'
import type { OutputPipes } from '../process/output-pipes.ts'
import { SCRIPT_ENVIRONMENT } from '../process/shell.ts'
import { exitCodeOfSignal } from '../process/signals.ts'
import {
  ContainerStartError,
  type ContainerConfig,
  type ContainerExit,
  type LimitedResource,
  type OpenStreams,
  type RunningContainer,
  type StreamHandlers,
} from '../runtime.ts'
import { programCommand, sweepCommand } from './commands.ts'
import type { LoopbackTools } from './tools.ts'

export interface LoopbackWorld {
  readonly processes: Processes
  readonly files: Files
  readonly clock: Clock
  readonly tools: LoopbackTools
  readonly pipes: OutputPipes
  readonly logs: ContainerLogs
  readonly onWarning: (message: string) => void
}

/** Looking through all processes takes milliseconds. */
const SWEEP_TIMEOUT_MS = 10_000

/** One process of this machine from its start to its exit, with all that it starts. */
export class LoopbackContainer implements RunningContainer {
  readonly config: ContainerConfig
  /** Complete. */
  readonly env: Readonly<Record<string, string>>
  /** Resolves after onExit was called. */
  readonly ended: Promise<void>
  readonly #world: LoopbackWorld
  readonly #marker: string
  readonly #output: ContainerOutput
  readonly #started = Promise.withResolvers<void>()
  readonly #ended = Promise.withResolvers<void>()
  readonly #onExit: (exit: ContainerExit) => void
  readonly #attached = new AttachedClients()
  #process: ChildProcess | undefined
  #state: 'starting' | 'running' | 'exited' = 'starting'
  #isKilled = false
  #report = ''

  /** `marker`: what the environment of its processes, and of no others, has in MARKER_VARIABLE. */
  constructor(
    world: LoopbackWorld,
    config: ContainerConfig,
    program: { readonly marker: string; readonly env: Readonly<Record<string, string>> },
    onExit: (exit: ContainerExit) => void,
  ) {
    this.config = config
    this.env = program.env
    this.ended = this.#ended.promise
    this.#world = world
    this.#marker = program.marker
    this.#output = new ContainerOutput(world, config.logPath)
    this.#onExit = onExit
  }

  get processId(): number {
    return this.#process?.processId ?? 0
  }

  get unenforced(): readonly LimitedResource[] {
    const { memoryBytes, cpuMillis } = this.config.limits ?? {}
    return [
      ...(memoryBytes === undefined ? [] : (['memory'] as const)),
      ...(cpuMillis === undefined ? [] : (['cpu'] as const)),
    ]
  }

  get isRunning(): boolean {
    return this.#state === 'running'
  }

  /** Resolves when the program is about to be executed; rejects with ContainerStartError. */
  async start(): Promise<void> {
    const { processes, tools, pipes } = this.#world
    const { config } = this
    const outputPaths = await pipes.take()
    this.#process = processes.spawn(
      {
        command: programCommand(tools, config.command, this.env),
        env: SCRIPT_ENVIRONMENT,
        workingDir: config.workingDir,
        stdin: config.stdin === true,
        report: true,
        outputPaths,
      },
      {
        onOutput: (stream, bytes) => {
          this.#output.add(stream, bytes)
          this.#attached.tell(stream, bytes)
        },
        onDrain: () => {
          this.#attached.tellDrained()
        },
        onReport: (text) => this.#readReport(text ?? ''),
        onExit: (exit) => {
          void this.#finish(exit).then(() => pipes.giveBack(outputPaths))
        },
      },
    )
    await this.#started.promise
  }

  /** The program alone hears of it, as process 1 of a container does. False when it has ended. */
  signal(name: string): boolean {
    return this.isRunning && this.#world.processes.signal(this.processId, name)
  }

  /** SIGKILL; one that is starting gets it when it has started. Resolves when it has ended. */
  async kill(): Promise<void> {
    this.#isKilled = true
    this.signal('SIGKILL')
    await this.ended
  }

  /** Tells `handlers` of all output from now on. */
  attach(handlers: StreamHandlers): OpenStreams {
    return this.#attached.add(handlers, (bytes) => this.#process?.writeInput(bytes) ?? true)
  }

  #readReport(text: string): void {
    this.#report += text
    if (this.#state !== 'starting' || !/^started \d+$/m.test(this.#report)) return
    this.#state = 'running'
    if (this.#isKilled) this.signal('SIGKILL')
    this.#started.resolve()
  }

  async #finish(exit: ProcessExit): Promise<void> {
    const wasRunning = this.isRunning
    this.#state = 'exited'
    if (wasRunning) await this.#endOthers()
    await this.#output.close()
    if (wasRunning) {
      const { exitCode, signal } = exit
      this.#onExit({
        exitCode: signal === null ? (exitCode ?? 128) : exitCodeOfSignal(signal),
        ...(signal === null ? {} : { signal }),
        lastOutput: this.#output.lastOutput(),
      })
    } else {
      this.#started.reject(new ContainerStartError(this.#startFailure(exit)))
    }
    this.#ended.resolve()
    this.#attached.end()
  }

  /** In a container, all else ends with process 1: its process group, and daemons that have left it. */
  async #endOthers(): Promise<void> {
    const { processes, tools } = this.#world
    processes.signal(-this.processId, 'SIGKILL')
    await processes.run(sweepCommand(tools, this.#marker), {
      timeoutMs: SWEEP_TIMEOUT_MS,
      env: SCRIPT_ENVIRONMENT,
    })
  }

  #startFailure({ exitCode, signal, startError }: ProcessExit): string {
    const refused = /^refused (.*)$/m.exec(this.#report)?.[1]
    if (refused !== undefined) return refused
    // The shell is known to be there, so what cannot be found is the directory.
    if (startError !== undefined) return `cannot enter ${this.config.workingDir}: ${startError}`
    const said = this.#output.lastOutput().trim()
    return `the container could not be set up (${signal ?? exitCode}): ${said}`
  }
}
