import type { Clock, Timer } from '../../world/clock.ts'
import type { Files } from '../../world/files.ts'
import { joinPath } from './paths.ts'

/** The kubelet's `volumeStatsAggPeriod`. */
const LOOK_MS = 60_000
/** Files and directories of one volume: one with more is not counted to its end. */
const ENTRIES_MAX = 20_000

export interface SizedVolume {
  readonly name: string
  readonly directory: string
  readonly bytesMax: number
}

/** Looks every minute whether one of a pod's volumes has outgrown its limit, and tells the first that has. */
export class SizeWatch {
  readonly #doors: { readonly clock: Clock; readonly files: Files }
  readonly #onExceeded: (volume: string) => void
  #volumes: readonly SizedVolume[] = []
  #timer: Timer | undefined
  #looking: Promise<void> | undefined
  #isStopped = false

  constructor(
    doors: { readonly clock: Clock; readonly files: Files },
    onExceeded: (volume: string) => void,
  ) {
    this.#doors = doors
    this.#onExceeded = onExceeded
  }

  /** From then on these, also in place of others. */
  start(volumes: readonly SizedVolume[]): void {
    const isIdle = this.#volumes.length === 0
    this.#volumes = volumes
    if (isIdle) this.#plan()
  }

  /** Resolves when nothing is looked at any more. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#timer?.cancel()
    await this.#looking
  }

  #plan(): void {
    if (this.#isStopped || this.#volumes.length === 0) return
    this.#timer = this.#doors.clock.after(LOOK_MS, () => {
      this.#looking = this.#look().finally(() => (this.#looking = undefined))
    })
  }

  async #look(): Promise<void> {
    for (const { name, directory, bytesMax } of this.#volumes) {
      const isExceeded = await this.#isLarger(directory, bytesMax)
      if (this.#isStopped) return
      if (isExceeded) return this.#onExceeded(name)
    }
    this.#plan()
  }

  /** Counts no further than it has to. What is removed meanwhile, or may not be read, counts nothing. */
  async #isLarger(directory: string, bytesMax: number): Promise<boolean> {
    const { files } = this.#doors
    const directories = [directory]
    let entries = 0
    let bytes = 0
    for (let path = directories.pop(); path !== undefined; path = directories.pop()) {
      bytes += await this.#bytesOf(path)
      for (const { name, isDirectory } of await files.list(path).catch(() => [])) {
        if (++entries > ENTRIES_MAX || this.#isStopped) return false
        const inside = joinPath(path, name)
        if (isDirectory) directories.push(inside)
        else bytes += await this.#bytesOf(inside)
        if (bytes > bytesMax) return true
      }
    }
    return bytes > bytesMax
  }

  async #bytesOf(path: string): Promise<number> {
    return this.#doors.files.allocatedSizeOf(path).catch(() => 0)
  }
}
