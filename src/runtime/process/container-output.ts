import { decodeBase64 } from '../../base/base64.ts'
import type { Clock } from '../../world/clock.ts'
import type { ContainerLog, ContainerLogs } from './container-logs.ts'
import { CriLogEncoder, OutputTail } from './cri-log.ts'
import { HalfLineKeeper, type HalfLines, type HalfLinesDoors } from './half-lines.ts'

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
  readonly #halfLines: HalfLineKeeper | undefined

  /** `kept`: for a container that may outlive this process. */
  constructor(world: OutputWorld, logPath: string, kept?: HalfLinesDoors) {
    this.#world = world
    this.#log = world.logs.open(logPath, world.onWarning)
    this.#halfLines =
      kept &&
      new HalfLineKeeper(kept, logPath, () => ({
        stdout: this.#encoders.stdout.rest,
        stderr: this.#encoders.stderr.rest,
      }))
  }

  /** What an earlier run had read and not yet written: before anything is added. */
  goOn({ stdout, stderr }: HalfLines): void {
    this.#encoders.stdout.rest = decodeBase64(stdout)
    this.#encoders.stderr.rest = decodeBase64(stderr)
  }

  add(stream: 'stdout' | 'stderr', bytes: Uint8Array): void {
    this.#tail.add(bytes)
    const encoder = this.#encoders[stream]
    this.#log.append(encoder.add(bytes, this.#world.clock.wallMs()))
    this.#halfLines?.changed(encoder.rest.length === 0)
  }

  async close(): Promise<void> {
    this.#halfLines?.stop()
    const wallMs = this.#world.clock.wallMs()
    this.#log.append(this.#encoders.stdout.end(wallMs))
    this.#log.append(this.#encoders.stderr.end(wallMs))
    await this.#log.close()
  }

  lastOutput(): string {
    return this.#tail.text()
  }
}
