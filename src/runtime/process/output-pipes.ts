import type { OutputPaths, Processes } from '../../world/processes.ts'
import { SCRIPT_ENVIRONMENT } from './shell.ts'

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
  readonly #directory: string
  #made = 0

  /** The directory must be there when the first is taken. */
  constructor(processes: Processes, directory: string) {
    this.#processes = processes
    this.#directory = directory
  }

  async take(): Promise<OutputPaths> {
    const free = this.#free.pop()
    if (free !== undefined) return free
    const first = this.#pathsOf(this.#made++)
    const others = Array.from({ length: BATCH - 1 }, () => this.#pathsOf(this.#made++))
    const names = [first, ...others].flatMap(({ stdout, stderr }) => [stdout, stderr])
    const { exitCode, stderr } = await this.#processes.run(['mkfifo', ...names], {
      timeoutMs: 10_000,
      env: SCRIPT_ENVIRONMENT,
    })
    if (exitCode !== 0) throw new Error(`pipes for its output cannot be made: ${stderr.trim()}`)
    this.#free.push(...others)
    return first
  }

  giveBack(paths: OutputPaths): void {
    this.#free.push(paths)
  }

  #pathsOf(number: number): OutputPaths {
    const path = `${this.#directory}/${number}`
    return { stdout: `${path}.stdout`, stderr: `${path}.stderr` }
  }
}
