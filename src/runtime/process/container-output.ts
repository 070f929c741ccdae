import type { Clock } from '../../world/clock.ts'
import type { ContainerLog, ContainerLogs } from './container-logs.ts'
import { CriLogEncoder, OutputTail } from './cri-log.ts'

export interface OutputWorld {
  readonly logs: ContainerLogs
  readonly clock: Clock
  /** Told once per container when its log cannot be written. */
  readonly onWarning: (message: string) => void
}

/** The length of Kubernetes' termination message. */
const LAST_OUTPUT_BYTES_MAX = 2_048

/** Where a container's output goes: its log file, and a short memory of the end of it. */
export class ContainerOutput {
  readonly #world: OutputWorld
  readonly #log: ContainerLog
  readonly #encoders = { stdout: new CriLogEncoder('stdout'), stderr: new CriLogEncoder('stderr') }
  readonly #tail = new OutputTail(LAST_OUTPUT_BYTES_MAX)

  constructor(world: OutputWorld, logPath: string) {
    this.#world = world
    this.#log = world.logs.open(logPath, world.onWarning)
  }

  add(stream: 'stdout' | 'stderr', bytes: Uint8Array): void {
    this.#tail.add(bytes)
    this.#log.append(this.#encoders[stream].add(bytes, this.#world.clock.wallMs()))
  }

  async close(): Promise<void> {
    const wallMs = this.#world.clock.wallMs()
    this.#log.append(this.#encoders.stdout.end(wallMs))
    this.#log.append(this.#encoders.stderr.end(wallMs))
    await this.#log.close()
  }

  lastOutput(): string {
    return this.#tail.text()
  }
}
