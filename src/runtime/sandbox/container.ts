import { sleep, type Clock } from '../../world/clock.ts'
import type { Files } from '../../world/files.ts'
import type { ChildProcess, OutputPaths, Processes, ProcessExit } from '../../world/processes.ts'
import {
  ContainerStartError,
  type ContainerConfig,
  type ContainerExit,
  type LimitedResource,
  type OpenStreams,
  type RunningContainer,
  type StreamHandlers,
} from '../runtime.ts'
import { AttachedClients } from '../process/attached-clients.ts'
import { ContainerOutput } from '../process/container-output.ts'
import type { ContainerLogs } from '../process/container-logs.ts'
import type { HalfLines } from '../process/half-lines.ts'
import type { OutputPipes } from '../process/output-pipes.ts'
import { SCRIPT_ENVIRONMENT } from '../process/shell.ts'
import { signalOfExitCode } from '../process/signals.ts'
import {
  containerCommand,
  type ContainerPlace,
  type EnteredContainer,
} from './container-commands.ts'
import { ContainerLimits } from './container-limits.ts'
import type { KeptContainer, Records } from './records.ts'
import type { KeptShell } from './kept-shell.ts'
import type { SandboxTools } from './tools.ts'

export interface ContainerWorld {
  readonly processes: Processes
  readonly files: Files
  readonly clock: Clock
  readonly tools: SandboxTools
  readonly pipes: OutputPipes
  readonly logs: ContainerLogs
  /** Where what runs is to outlive this process. */
  readonly records?: Records
  /** Told once per container when its log cannot be written, and once of what this machine cannot do. */
  readonly onWarning: (message: string) => void
}

export interface StartPlace extends ContainerPlace {
  readonly limits: ContainerLimits | undefined
  readonly unenforced: readonly LimitedResource[]
}

const STARTING_POLL_MS = 10
/** Starts take milliseconds, and seconds on a loaded machine. */
const STARTING_MS_MAX = 30_000

/** One container from its start to its exit; a restart is a new one. */
export class Container implements RunningContainer {
  readonly config: ContainerConfig
  unenforced: readonly LimitedResource[] = []
  /** Resolves after onExit was called. */
  readonly ended: Promise<void>
  readonly #world: ContainerWorld
  readonly #output: ContainerOutput
  readonly #started = Promise.withResolvers<void>()
  readonly #ended = Promise.withResolvers<void>()
  readonly #onExit: (exit: ContainerExit) => void
  readonly #attached = new AttachedClients()
  #process: ChildProcess | undefined
  #place: ContainerPlace | undefined
  #limits: ContainerLimits | undefined
  #processId = 0
  #state: 'starting' | 'running' | 'exited' = 'starting'
  #isKilled = false
  #report = ''

  constructor(
    world: ContainerWorld,
    config: ContainerConfig,
    onExit: (exit: ContainerExit) => void,
  ) {
    this.config = config
    this.ended = this.#ended.promise
    this.#world = world
    const { records } = world
    const write = records && ((lines: HalfLines) => records.writeHalfLines(config, lines))
    this.#output = new ContainerOutput(world, config.logPath, write && { ...world, write })
    this.#onExit = onExit
  }

  /** Process 1 of the container, as hitless sees it. */
  get processId(): number {
    return this.#processId
  }

  get isRunning(): boolean {
    return this.#state === 'running'
  }

  /** What a command needs that is to run beside it. */
  get entered(): EnteredContainer {
    return {
      config: this.config,
      processId: this.#processId,
      userSupport: this.#place?.userSupport ?? 'none',
      limitFiles: this.#place?.limitFiles ?? [],
    }
  }

  /** Resolves when the program is about to be executed; rejects with ContainerStartError. */
  async start(makePlace: () => Promise<StartPlace>): Promise<void> {
    const { processes, tools, pipes } = this.#world
    const { config } = this
    let started: { readonly command: readonly string[]; readonly outputPaths: OutputPaths }
    try {
      const { limits, unenforced, ...place } = await makePlace()
      this.unenforced = unenforced
      this.#place = place
      this.#limits = limits
      const outputPaths = await pipes.take()
      const kept = await this.#keep(place, outputPaths)
      started = { command: containerCommand(tools, config, place, kept), outputPaths }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      void this.#finish({ exitCode: 128, signal: null, startError: reason })
      return this.#started.promise
    }
    const { command, outputPaths } = started
    this.#process = processes.spawn(
      {
        command,
        env: SCRIPT_ENVIRONMENT,
        stdin: config.stdin === true,
        report: true,
        outputPaths,
      },
      {
        onOutput: (stream, bytes) => this.#takeOutput(stream, bytes),
        onDrain: () => {
          this.#attached.tellDrained()
        },
        onReport: (text) => this.#readReport(text ?? ''),
        onExit: (exit) => {
          // Not sooner: the record of its end tells that they may be others' since.
          void this.#finish(exit).then(() => pipes.giveBack(outputPaths))
        },
      },
    )
    await this.#started.promise
  }

  /** Takes over one that an earlier run has started, or was starting, and not seen ending. */
  follow({ start, processId, halfLines }: KeptContainer): void {
    const { processes, pipes } = this.#world
    const { place, limits, outputPaths } = start
    this.#place = place
    if (limits !== undefined) this.#limits = new ContainerLimits(this.#world, limits)
    // Whether it started is found out by awaitStart.
    this.#started.promise.catch(() => undefined)
    if (processId !== undefined) this.#hasStarted(processId)
    if (halfLines !== undefined) this.#output.goOn(halfLines)
    processes.follow(outputPaths, {
      onOutput: (stream, bytes) => this.#takeOutput(stream, bytes),
      onEnd: () => void this.#finishFollowed().then(() => pipes.giveBack(outputPaths)),
    })
  }

  /**
   * Of one that an earlier run was starting: its process, or undefined where that never came to be. Its shell goes on by
   * itself, and while it does it has the pipes open.
   */
  async awaitStart(): Promise<number | undefined> {
    const { records, clock } = this.#world
    for (let waitedMs = 0; this.#state === 'starting'; waitedMs += STARTING_POLL_MS) {
      const processId = await records?.readProcessId(this.config)
      if (this.#state !== 'starting') break
      if (processId !== undefined) this.#hasStarted(processId)
      else if (waitedMs < STARTING_MS_MAX) await sleep(clock, STARTING_POLL_MS)
      // From now on it cannot start any more: it has nowhere to tell so.
      else return records?.removeStart(this.config).then(() => undefined)
    }
    return this.#processId === 0 ? undefined : this.#processId
  }

  /** False when process 1 is not there (any more). */
  signal(name: string): boolean {
    const isSent = this.isRunning && this.#world.processes.signal(this.#processId, name)
    const { records, clock } = this.#world
    if (isSent && name !== 'SIGKILL') {
      const record = { signal: name, atMs: clock.wallMs() }
      // Without it the next run may signal once more.
      void records?.writeSignal(this.config, record).catch(() => undefined)
    }
    return isSent
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

  async #keep(place: ContainerPlace, outputPaths: OutputPaths): Promise<KeptShell | undefined> {
    const { records, clock } = this.#world
    if (records === undefined) return undefined
    const files = await records.writeStart({
      config: this.config,
      place,
      ...(this.#limits === undefined ? {} : { limits: this.#limits.settings }),
      outputPaths,
      startedMs: clock.wallMs(),
    })
    return { files, outputPaths }
  }

  #takeOutput(stream: 'stdout' | 'stderr', bytes: Uint8Array): void {
    this.#output.add(stream, bytes)
    this.#attached.tell(stream, bytes)
  }

  #hasStarted(processId: number): void {
    this.#processId = processId
    this.#state = 'running'
    this.#started.resolve()
  }

  async #finishFollowed(): Promise<void> {
    const { records } = this.#world
    const processId = this.isRunning ? undefined : await records?.readProcessId(this.config)
    if (processId !== undefined) this.#hasStarted(processId)
    const exit = await records?.readExit(this.config)
    if (exit === undefined) return this.#finish({ exitCode: null, signal: 'SIGKILL' })
    const { exitCode, agoMs } = exit
    return this.#finish({ exitCode, signal: null }, this.#world.clock.wallMs() - agoMs)
  }

  #readReport(text: string): void {
    this.#report += text
    const started = /^started (\d+)$/m.exec(this.#report)
    if (this.#state !== 'starting' || started === null) return
    this.#hasStarted(Number(started[1]))
    if (this.#isKilled) this.signal('SIGKILL')
  }

  async #finish(exit: ProcessExit, endedMs?: number): Promise<void> {
    const wasRunning = this.isRunning
    // Only something from outside hitless ends the shell beside the container; the container goes with it.
    if (exit.signal !== null) this.signal('SIGKILL')
    this.#state = 'exited'
    await this.#output.close()
    const isOutOfMemory = (await this.#limits?.isOutOfMemory()) ?? false
    await this.#limits?.remove()
    if (wasRunning) {
      const exitCode = exit.exitCode ?? 128
      const signal = signalOfExitCode(exitCode)
      const end: ContainerExit = {
        exitCode,
        ...(signal === undefined ? {} : { signal }),
        ...(isOutOfMemory ? { isOutOfMemory } : {}),
        lastOutput: this.#output.lastOutput(),
        ...(endedMs === undefined ? {} : { endedMs }),
      }
      // Before its pod may be removed, with its records.
      await this.#world.records
        ?.writeEnd(this.config, { endedMs: this.#world.clock.wallMs(), ...end })
        .catch(() => undefined)
      this.#onExit(end)
    } else {
      const failure = isOutOfMemory ? this.#tooLittleMemory() : this.#startFailure(exit)
      // Its pipes may be others' from now on.
      await this.#world.records?.removeStart(this.config).catch(() => undefined)
      this.#started.reject(new ContainerStartError(failure))
    }
    this.#ended.resolve()
    this.#attached.end()
  }

  /** In runc's words. */
  #tooLittleMemory(): string {
    const { memoryBytes } = this.config.limits ?? {}
    return `container init was OOM-killed (memory limit too low?): limits.memory is ${memoryBytes}`
  }

  #startFailure({ exitCode, signal, startError }: ProcessExit): string {
    const refused = /^refused (.*)$/m.exec(this.#report)?.[1]
    if (refused !== undefined) return refused
    if (startError !== undefined) return startError
    const said = this.#output.lastOutput().trim()
    return `the container could not be set up (${signal ?? exitCode}): ${said}`
  }
}
