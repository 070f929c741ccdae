import type { ProcessExit, ProcessSpec } from '../../world/processes.ts'
import {
  PortRefusedError,
  type OpenStreams,
  type StreamEnd,
  type StreamHandlers,
} from '../runtime.ts'
import {
  SCRIPT_ENVIRONMENT,
  loopbackCommand,
  streamedExecCommand,
  type StreamedExec,
} from './container-commands.ts'
import type { Container, ContainerWorld } from './container.ts'
import { exitCodeOfSignal } from './signals.ts'

/** A command in a running container, over pipes or a terminal of its own. */
export function openExecStreams(
  world: ContainerWorld,
  { config, processId }: Container,
  exec: StreamedExec & { readonly stdin: boolean },
  handlers: StreamHandlers,
): OpenStreams {
  const command = streamedExecCommand(world.tools, config, processId, exec)
  return new CommandStreams(world, { command, stdin: exec.stdin }, handlers)
}

/** A connection to a port that may listen on the loopback of a pod only. */
export async function openLoopbackStreams(
  world: ContainerWorld,
  { netns, port }: { readonly netns: string; readonly port: number },
  handlers: StreamHandlers,
): Promise<OpenStreams> {
  const { bash } = world.tools
  if (bash === undefined) {
    throw new PortRefusedError(`ports of a pod's own loopback cannot be reached without bash`)
  }
  const command = loopbackCommand(world.tools, bash, netns, port)
  const { promise: opened, resolve, reject } = Promise.withResolvers<void>()
  let isOpen = false
  const streams = new CommandStreams(
    world,
    { command, stdin: true, onReport: (text) => text.startsWith('open') && open() },
    {
      onOutput: (stream, bytes) =>
        isOpen && stream === 'stdout' && handlers.onOutput(stream, bytes),
      onDrain: () => handlers.onDrain(),
      onEnd: () => {
        if (isOpen) handlers.onEnd({ exitCode: 0 })
        const reason = `dial tcp4 127.0.0.1:${port}: connect: connection refused`
        reject(
          new PortRefusedError(
            `failed to connect to localhost:${port} inside namespace "${netns}": ${reason}`,
          ),
        )
      },
    },
  )
  const open = () => {
    isOpen = true
    resolve()
  }
  await opened
  return streams
}

interface StreamedCommand {
  readonly command: readonly string[]
  readonly stdin: boolean
  readonly onReport?: (text: string) => void
}

class CommandStreams implements OpenStreams {
  readonly #world: ContainerWorld
  readonly #process: ReturnType<ContainerWorld['processes']['spawn']>
  #report = ''
  #isOver = false
  #terminal: string | undefined
  /** Asked for before the terminal was there. */
  #size: { readonly columns: number; readonly rows: number } | undefined

  constructor(world: ContainerWorld, streamed: StreamedCommand, handlers: StreamHandlers) {
    this.#world = world
    const spec: ProcessSpec = {
      command: streamed.command,
      env: SCRIPT_ENVIRONMENT,
      stdin: streamed.stdin,
      report: true,
    }
    this.#process = world.processes.spawn(spec, {
      onOutput: (stream, bytes) => this.#isOver || handlers.onOutput(stream, bytes),
      onDrain: () => this.#isOver || handlers.onDrain(),
      onReport: (text) => {
        if (text === null) return
        this.#takeReport(text)
        streamed.onReport?.(this.#report)
      },
      onExit: (exit) => {
        if (this.#isOver) return
        this.#isOver = true
        handlers.onEnd(this.#endOf(exit))
      },
    })
  }

  writeInput(bytes: Uint8Array): boolean {
    return this.#process.writeInput(bytes)
  }

  endInput(): void {
    this.#process.endInput()
  }

  pause(): void {
    this.#process.pauseOutput()
  }

  resume(): void {
    this.#process.resumeOutput()
  }

  stop(): void {
    if (this.#isOver) return
    this.#isOver = true
    const { processId } = this.#process
    // With what it has started: all of it is one process group.
    if (processId > 0) this.#world.processes.signal(-processId, 'SIGKILL')
    this.#process.resumeOutput()
  }

  resize(size: { readonly columns: number; readonly rows: number }): void {
    this.#size = size
    const { stty } = this.#world.tools
    if (this.#terminal === undefined || stty === undefined || this.#isOver) return
    const { columns, rows } = size
    const words = [stty, '-F', this.#terminal, 'cols', String(columns), 'rows', String(rows)]
    // A terminal that has just been closed has no size.
    void this.#world.processes.run(words, { timeoutMs: 5_000, env: SCRIPT_ENVIRONMENT })
  }

  #takeReport(text: string): void {
    this.#report = (this.#report + text).slice(0, REPORT_LENGTH_MAX)
    const terminal = /^(\/dev\/\S+)\n/m.exec(this.#report)?.[1]
    if (terminal === undefined || this.#terminal !== undefined) return
    this.#terminal = terminal
    if (this.#size !== undefined) this.resize(this.#size)
  }

  #endOf({ exitCode, signal, startError }: ProcessExit): StreamEnd {
    const refused = /^refused (.*)$/m.exec(this.#report)?.[1] ?? startError
    const code = signal === null ? (exitCode ?? 128) : exitCodeOfSignal(signal)
    return { exitCode: code, ...(refused === undefined ? {} : { error: refused }) }
  }
}

const REPORT_LENGTH_MAX = 4_096
