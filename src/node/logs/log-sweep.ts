import type { Clock, Timer } from '../../world/clock.ts'
import type { Files } from '../../world/files.ts'

/** The kubelet's `containerGCPeriod`. */
const SWEEP_MS = 60_000
/** Of each container: the newest run, and the one before it (the kubelet's `--maximum-dead-containers-per-container`). */
const RUNS_MAX = 2

export interface LogSweepOptions {
  readonly clock: Clock
  readonly files: Files
  readonly logDirectory: string
  /** Whether there is a pod with this UID, on whichever node. */
  readonly isPod: (uid: string) => boolean
}

/**
 * Removes the logs of pods that are no more, and those of older runs than `previous` shows: at the start, and once a minute.
 * Who follows a log reads it to its end meanwhile.
 */
export class LogSweep {
  readonly #options: LogSweepOptions
  #timer: Timer | undefined
  #sweeping: Promise<void> = Promise.resolve()
  #isStopped = false
  /** Seen to be left by the sweep before, which may have been a moment after their pod's end. */
  #left: ReadonlySet<string> = new Set()

  constructor(options: LogSweepOptions) {
    this.#options = options
  }

  /** Of earlier runs nobody reads any more. */
  async start(): Promise<void> {
    await this.#sweep(() => true)
    this.#plan()
  }

  /** Resolves when nothing is removed any more. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#timer?.cancel()
    await this.#sweeping
  }

  #plan(): void {
    if (this.#isStopped) return
    this.#timer = this.#options.clock.after(SWEEP_MS, () => {
      const before = this.#left
      this.#sweeping = this.#sweep((name) => before.has(name)).then(() => this.#plan())
    })
  }

  async #sweep(mayRemove: (name: string) => boolean): Promise<void> {
    const { logDirectory, isPod } = this.#options
    const left = new Set<string>()
    for (const { name } of await this.#list(logDirectory)) {
      if (this.#isStopped) return
      const path = `${logDirectory}/${name}`
      const uid = name.split('_')[2]
      if (uid === undefined) continue
      if (isPod(uid)) await this.#removeOldRuns(path)
      else if (mayRemove(name)) await this.#remove(path)
      else left.add(name)
    }
    this.#left = left
  }

  async #removeOldRuns(path: string): Promise<void> {
    for (const { name: container } of await this.#list(path)) {
      const files = (await this.#list(`${path}/${container}`)).map(({ name }) => name)
      const newest = Math.max(-1, ...files.map((file) => runOf(file) ?? -1))
      for (const name of files) {
        const isOld = (runOf(name) ?? newest) <= newest - RUNS_MAX
        if (isOld) await this.#remove(`${path}/${container}/${name}`)
      }
    }
  }

  /** What is gone meanwhile, or may not be read, has nothing to remove. */
  async #list(path: string): ReturnType<Files['list']> {
    return this.#options.files.list(path).catch(() => [])
  }

  /** What this user may not remove stays. */
  async #remove(path: string): Promise<void> {
    await this.#options.files.remove(path).catch(() => undefined)
  }
}

/** `3.log`, and `3.log.7` where it was rotated; what is named otherwise is no log, and stays. */
function runOf(file: string): number | undefined {
  const number = /^(\d+)\.log(\.\d+)?$/.exec(file)?.[1]
  return number === undefined ? undefined : Number(number)
}
