import type { Processes, ProcessExit, ProcessSpec } from '../../world/processes.ts'
import type { OpenStreams, StreamEnd, StreamHandlers } from '../runtime.ts'
import { SCRIPT_ENVIRONMENT } from './shell.ts'
import { exitCodeOfSignal } from './signals.ts'

export interface StreamsWorld {
  readonly processes: Processes
  /** Sets the size of terminals; without it they keep theirs. */
  readonly tools: { readonly stty?: string }
}

export interface StreamedCommand {
  readonly command: readonly string[]
  readonly stdin: boolean
  readonly onReport?: (text: string) => void
}

/**
 * A process whose streams are told. On file descriptor 3 it may report `refused REASON` when it cannot run, and the path
 * of its terminal.
 */
export class CommandStreams implements OpenStreams {
  readonly #world: StreamsWorld
  readonly #process: ReturnType<Processes['spawn']>
  #report = ''
  #isOver = false
  #terminal: string | undefined
  /** Asked for before the terminal was there. */
  #size: { readonly columns: number; readonly rows: number } | undefined

  constructor(world: StreamsWorld, streamed: StreamedCommand, handlers: StreamHandlers) {
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
