import type { Clock } from '../../world/clock.ts'
import type { Appender, Files } from '../../world/files.ts'
import { CriLogEncoder, OutputTail } from './cri-log.ts'

export interface OutputWorld {
  readonly files: Files
  readonly clock: Clock
  /** Told once per container when its log is cut off or cannot be written. */
  readonly onWarning: (message: string) => void
}

/** A container's log stops at this size; the program goes on. */
const LOG_BYTES_MAX = 50_000_000

/** The length of Kubernetes' termination message. */
const LAST_OUTPUT_BYTES_MAX = 2_048

/** Where a container's output goes: its log file, and a short memory of the end of it. */
export class ContainerOutput {
  readonly #world: OutputWorld
  readonly #path: string
  readonly #log: Appender
  readonly #encoders = { stdout: new CriLogEncoder('stdout'), stderr: new CriLogEncoder('stderr') }
  readonly #tail = new OutputTail(LAST_OUTPUT_BYTES_MAX)
  #logBytes = 0

  constructor(world: OutputWorld, logPath: string) {
    this.#world = world
    this.#path = logPath
    this.#log = world.files.openAppend(logPath)
  }

  add(stream: 'stdout' | 'stderr', bytes: Uint8Array): void {
    this.#tail.add(bytes)
    this.#append(this.#encoders[stream].add(bytes, this.#world.clock.wallMs()))
  }

  async close(): Promise<void> {
    const wallMs = this.#world.clock.wallMs()
    this.#append(this.#encoders.stdout.end(wallMs))
    this.#append(this.#encoders.stderr.end(wallMs))
    try {
      await this.#log.close()
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      this.#world.onWarning(`the log ${this.#path} is incomplete: ${reason}`)
    }
  }

  lastOutput(): string {
    return this.#tail.text()
  }

  #append(entries: Uint8Array): void {
    if (entries.length === 0 || this.#logBytes > LOG_BYTES_MAX) return
    this.#logBytes += entries.length
    if (this.#logBytes <= LOG_BYTES_MAX) this.#log.append(entries)
    else this.#world.onWarning(`the log ${this.#path} has reached 50 MB; what follows is not kept`)
  }
}
