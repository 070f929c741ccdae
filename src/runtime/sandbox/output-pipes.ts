import type { Processes } from '../../world/processes.ts'
import { SCRIPT_ENVIRONMENT } from '../process/shell.ts'

/** One pipe for each output of a process. */
export interface OutputPaths {
  readonly stdout: string
  readonly stderr: string
}

/** Makes the directory of the pipes; part of the node's set-up. */
export const MAKE_PIPE_DIRECTORY_SCRIPT = 'mkdir -p /run/hitless\n'

/** Making a batch takes one process, about 2 ms. */
const BATCH = 32

/**
 * Named pipes for the output of containers. A program may open its output again by name (`/dev/stdout`,
 * `/proc/1/fd/1`), which works with pipes, as container runtimes give them, and not with sockets.
 * They are used again: when a container has ended, no process holds them any more.
 */
export class OutputPipes {
  readonly #processes: Processes
  readonly #free: OutputPaths[] = []
  #made = 0

  constructor(processes: Processes) {
    this.#processes = processes
  }

  async take(): Promise<OutputPaths> {
    const free = this.#free.pop()
    if (free !== undefined) return free
    const first = pathsOf(this.#made++)
    const others = Array.from({ length: BATCH - 1 }, () => pathsOf(this.#made++))
    const names = [first, ...others].flatMap(({ stdout, stderr }) => [stdout, stderr])
    await this.#processes.run(['mkfifo', ...names], {
      timeoutMs: 10_000,
      env: SCRIPT_ENVIRONMENT,
    })
    this.#free.push(...others)
    return first
  }

  giveBack(paths: OutputPaths): void {
    this.#free.push(paths)
  }
}

function pathsOf(number: number): OutputPaths {
  return { stdout: `/run/hitless/${number}.stdout`, stderr: `/run/hitless/${number}.stderr` }
}
