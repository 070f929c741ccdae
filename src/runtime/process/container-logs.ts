import type { Appender, Files } from '../../world/files.ts'
import type { LogStart } from '../runtime.ts'

/** The kubelet's defaults (`containerLogMaxSize`, `containerLogMaxFiles`); the newest file is one of them. */
const FILE_BYTES_MAX = 10 * 1024 * 1024
const FILES_MAX = 5

/** What may wait while a file is rotated; a disk that slow loses the rest. */
const WAITING_BYTES_MAX = 64 * 1024 * 1024

interface LogFiles {
  /** Oldest first; positions as in LogStart. */
  rotated: readonly { readonly path: string; readonly start: number; readonly end: number }[]
  /** Where the newest file begins. */
  start: number
  count: number
  /** Settles when the files are again as told here. */
  rotation: Promise<void> | undefined
}

/** A container may go on when hitless is killed, and what it has written is no longer in its pipe. */
const AT_ONCE = { atOnce: true }

/** The logs of containers, each in files of bounded size whose oldest go. An earlier run may have begun them. */
export class ContainerLogs {
  readonly #files: Files
  readonly #logs = new Map<string, LogFiles>()

  constructor(files: Files) {
    this.#files = files
  }

  open(path: string, onWarning: (message: string) => void): ContainerLog {
    return new ContainerLog(this.#files, path, {
      onWarning,
      rotate: (log, close) => this.#rotate(log, close),
    })
  }

  /** Reads no further than to the end of a file. */
  async read(
    path: string,
    { offset, bytesMax }: { readonly offset: number; readonly bytesMax: number },
  ): Promise<Uint8Array> {
    const log = await this.#filesOf(path)
    const older = log.rotated.find(({ start, end }) => start <= offset && offset < end)
    const start = older?.start ?? log.start
    if (offset < start) return new Uint8Array(0)
    const range = { offset: offset - start, bytesMax }
    return (
      (await this.#ifThere(this.#files.readRange(older?.path ?? path, range))) ?? new Uint8Array(0)
    )
  }

  async sizeOf(path: string): Promise<number | undefined> {
    const { start } = await this.#filesOf(path)
    const bytes = await this.#ifThere(this.#files.sizeOf(path))
    return bytes === undefined ? undefined : start + bytes
  }

  async startOf(path: string): Promise<LogStart> {
    const { start, rotated } = await this.#filesOf(path)
    return { kept: rotated[0]?.start ?? start, newest: start }
  }

  async #filesOf(path: string): Promise<LogFiles> {
    const known = this.#logs.get(path)
    if (known !== undefined) {
      await known.rotation
      return known
    }
    const found = await this.#find(path)
    const since = this.#logs.get(path)
    if (since === undefined && found.rotated.length > 0) this.#logs.set(path, found)
    return since ?? found
  }

  /** Places are counted from the beginning of the oldest file that is there. */
  async #find(path: string): Promise<LogFiles> {
    const slash = path.lastIndexOf('/')
    const entries = (await this.#ifThere(this.#files.list(path.slice(0, slash)))) ?? []
    const prefix = `${path.slice(slash + 1)}.`
    const numbers = entries
      .filter(({ name }) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
      .map(({ name }) => Number(name.slice(prefix.length)))
      .toSorted((a, b) => a - b)
    const rotated: LogFiles['rotated'][number][] = []
    let start = 0
    for (const number of numbers) {
      const away = `${path}.${number}`
      const end = start + ((await this.#ifThere(this.#files.sizeOf(away))) ?? 0)
      rotated.push({ path: away, start, end })
      start = end
    }
    return { rotated, start, count: numbers.at(-1) ?? 0, rotation: undefined }
  }

  async #rotate(path: string, close: () => Promise<void>): Promise<void> {
    const known = this.#logs.get(path)
    const log = known ?? { rotated: [], start: 0, count: 0, rotation: undefined }
    this.#logs.set(path, log)
    const found = known === undefined ? this.#find(path) : undefined
    const rotation = this.#moveAway(path, log, found, close)
    log.rotation = rotation.catch(() => undefined)
    try {
      await rotation
    } finally {
      log.rotation = undefined
    }
  }

  async #moveAway(
    path: string,
    log: LogFiles,
    found: Promise<LogFiles> | undefined,
    close: () => Promise<void>,
  ): Promise<void> {
    const { rotated: before, start, count } = (await found) ?? log
    Object.assign(log, { rotated: before, start, count })
    await close()
    const bytes = await this.#files.sizeOf(path)
    const away = `${path}.${log.count + 1}`
    await this.#files.rename(path, away)
    log.count += 1
    const end = log.start + bytes
    const rotated = [...log.rotated, { path: away, start: log.start, end }]
    const excess = rotated.slice(0, Math.max(0, rotated.length - (FILES_MAX - 1)))
    log.rotated = rotated.slice(excess.length)
    log.start = end
    for (const file of excess) await this.#files.remove(file.path)
  }

  async #ifThere<T>(reading: Promise<T>): Promise<T | undefined> {
    try {
      return await reading
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
      throw error
    }
  }
}

/** What a running container's output is appended to, in whole entries. */
export class ContainerLog {
  readonly #files: Files
  readonly #path: string
  readonly #onWarning: (message: string) => void
  readonly #rotate: (path: string, close: () => Promise<void>) => Promise<void>
  #appender: Appender
  /** Of the newest file. */
  #bytes = 0
  /** Entries that came while the file is rotated. */
  #waiting: Uint8Array[] | undefined
  #waitingBytes = 0
  #rotation: Promise<void> | undefined
  #hasWarned = false

  constructor(
    files: Files,
    path: string,
    doors: {
      readonly onWarning: (message: string) => void
      readonly rotate: (path: string, close: () => Promise<void>) => Promise<void>
    },
  ) {
    this.#files = files
    this.#path = path
    this.#onWarning = doors.onWarning
    this.#rotate = doors.rotate
    this.#appender = files.openAppend(path, AT_ONCE)
    void this.#countWritten()
  }

  append(entries: Uint8Array): void {
    if (entries.length === 0) return
    if (this.#waiting !== undefined) {
      this.#waitingBytes += entries.length
      if (this.#waitingBytes <= WAITING_BYTES_MAX) this.#waiting.push(entries)
      else this.#warn('the disk is too slow for it')
      return
    }
    this.#appender.append(entries)
    this.#bytes += entries.length
    if (this.#bytes >= FILE_BYTES_MAX) this.#rotation = this.#startAnew()
  }

  async close(): Promise<void> {
    while (this.#waiting !== undefined) await this.#rotation
    await this.#closeFile()
  }

  /** What an earlier run has written counts; what this one writes meanwhile perhaps twice. */
  async #countWritten(): Promise<void> {
    this.#bytes += await this.#files.sizeOf(this.#path).catch(() => 0)
  }

  async #startAnew(): Promise<void> {
    this.#waiting = []
    try {
      await this.#rotate(this.#path, () => this.#closeFile())
    } catch (error) {
      this.#warn(error)
    }
    this.#appender = this.#files.openAppend(this.#path, AT_ONCE)
    const waiting = this.#waiting
    this.#waiting = undefined
    this.#waitingBytes = 0
    this.#bytes = 0
    for (const entries of waiting) this.append(entries)
  }

  async #closeFile(): Promise<void> {
    try {
      await this.#appender.close()
    } catch (error) {
      this.#warn(error)
    }
  }

  #warn(error: unknown): void {
    if (this.#hasWarned) return
    this.#hasWarned = true
    const reason = error instanceof Error ? error.message : String(error)
    this.#onWarning(`the log ${this.#path} is incomplete: ${reason}`)
  }
}
