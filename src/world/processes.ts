export interface ProcessSpec {
  /** The program and its arguments; no shell is involved. */
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly workingDir?: string
  /** Gives the process a pipe as stdin, for `writeInput`; else its stdin is at its end. */
  readonly stdin?: boolean
  /** Gives the process a pipe as file descriptor 3 whose text arrives at `onReport`. */
  readonly report?: boolean
  /**
   * Named pipes that the process writes its output to, so that it can open it again by name
   * (`/dev/stdout`). Otherwise its output need not be something that has a name.
   */
  readonly outputPaths?: OutputPaths
}

/** Paths of named pipes. */
export interface OutputPaths {
  readonly stdout: string
  readonly stderr: string
}

export interface ProcessHandlers {
  onOutput(stream: 'stdout' | 'stderr', bytes: Uint8Array): void
  /** What the process wrote to file descriptor 3; null when it closed it. */
  onReport?(text: string | null): void
  /** `writeInput` returned false before, and there is room again. */
  onDrain?(): void
  /** After the last output. Exactly one of exitCode and signal is set. */
  onExit(exit: ProcessExit): void
}

export interface FollowHandlers {
  onOutput(stream: 'stdout' | 'stderr', bytes: Uint8Array): void
  /** Once, after the last output; at once where nobody has the pipes open, or they are not there. */
  onEnd(): void
}

export interface ProcessExit {
  readonly exitCode: number | null
  readonly signal: string | null
  /** Why the program could not be started at all (ENOENT, EACCES); exitCode is then 128. */
  readonly startError?: string
}

export interface ChildProcess {
  /** 0 when the process could not be started. */
  readonly processId: number
  /** Queues bytes. False: more than the system takes at once waits; stop until `onDrain`. */
  writeInput(bytes: Uint8Array): boolean
  endInput(): void
  /** Output waits in the pipe, and the process with it. Its end is told after the last output still. */
  pauseOutput(): void
  resumeOutput(): void
}

export interface RunResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
  readonly timedOut: boolean
}

/** The door to processes. */
export interface Processes {
  spawn(spec: ProcessSpec, handlers: ProcessHandlers): ChildProcess
  /** Runs a program to its end, with `input` on its stdin. At the timeout, and when `signal` aborts, it is killed (SIGKILL). */
  run(
    command: readonly string[],
    options: {
      readonly timeoutMs: number
      readonly signal?: AbortSignal
      readonly input?: string
      readonly env?: Readonly<Record<string, string>>
      readonly workingDir?: string
      /** More output than this is cut off. Default 1 MiB. */
      readonly outputBytesMax?: number
    },
  ): Promise<RunResult>
  /**
   * Reads on what a process writes that somebody else has started, from what waits in its pipes on, until nobody has
   * them open for writing any more.
   */
  follow(outputPaths: OutputPaths, handlers: FollowHandlers): void
  /** False when there is no such process any more. */
  signal(processId: number, signal: string): boolean
}
