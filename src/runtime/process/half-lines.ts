import { encodeBase64 } from '../../base/base64.ts'
import type { Clock, Timer } from '../../world/clock.ts'
import type { Files } from '../../world/files.ts'

/** Beginnings of lines whose ends are still to come, by stream; in base64. */
export interface HalfLines {
  readonly stdout: string
  readonly stderr: string
  /** The size of the log's newest file without them: where it is another one, they are in the log by now. */
  readonly logBytes: number
}

/** A program that writes on and on has another half line each time its pipe is read. */
const SETTLED_MS = 5

export interface HalfLinesDoors {
  readonly files: Files
  readonly clock: Clock
  /** Where the next run finds them. */
  readonly write: (lines: HalfLines) => Promise<void>
}

/** Keeps the half lines of a container that may outlive this process: they are in no file yet, and in no pipe any more. */
export class HalfLineKeeper {
  readonly #doors: HalfLinesDoors
  readonly #logPath: string
  readonly #current: () => Readonly<Record<'stdout' | 'stderr', Uint8Array>>
  #timer: Timer | undefined
  #changes = 0
  #isKeeping = false
  /** What is kept says that there is none. */
  #isEmpty = true

  constructor(
    doors: HalfLinesDoors,
    logPath: string,
    current: () => Readonly<Record<'stdout' | 'stderr', Uint8Array>>,
  ) {
    this.#doors = doors
    this.#logPath = logPath
    this.#current = current
  }

  /** There are others, or none. */
  changed(isEmpty: boolean): void {
    this.#changes += 1
    if (!isEmpty || !this.#isEmpty) this.#keepLater()
  }

  stop(): void {
    this.#timer?.cancel()
    this.#changes += 1
  }

  #keepLater(): void {
    this.#timer?.cancel()
    this.#timer = this.#doors.clock.after(SETTLED_MS, () => void this.#keep())
  }

  async #keep(): Promise<void> {
    if (this.#isKeeping) return this.#keepLater()
    this.#isKeeping = true
    const seen = this.#changes
    const logBytes = await this.#doors.files.sizeOf(this.#logPath).catch(() => -1)
    // Else the file is longer than they say, and the change brings us here again.
    if (seen === this.#changes) {
      const { stdout, stderr } = this.#current()
      const lines = { stdout: encodeBase64(stdout), stderr: encodeBase64(stderr) }
      this.#isEmpty = stdout.length === 0 && stderr.length === 0
      // Where it cannot be written, a kill at this moment loses them.
      await this.#doors.write({ ...lines, logBytes }).catch(() => undefined)
    }
    this.#isKeeping = false
  }
}
