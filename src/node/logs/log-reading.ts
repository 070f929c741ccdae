import type { LogOptions, LogSink, OpenStream } from '../../api/pod-access.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import { sleep, type Clock } from '../../world/clock.ts'
import { LogLines, TailSearch } from './log-lines.ts'

export interface FollowedLog {
  readonly path: string
  /** Its run goes on. When it has ended, all it wrote is in the file. */
  isGrowing(): boolean
}

const CHUNK_BYTES = 64 * 1024

/** A follower looks this often for what was written. */
const LOOK_MS = 100

/** Reads a container's log to its end or, following, until its run has ended, at the pace of the sink. */
export class LogReading implements OpenStream {
  readonly #runtime: Runtime
  readonly #clock: Clock
  readonly #log: FollowedLog
  readonly #options: LogOptions
  readonly #sink: LogSink
  readonly #stopped = new AbortController()
  #resumed: PromiseWithResolvers<void> | undefined

  constructor(
    doors: { readonly runtime: Runtime; readonly clock: Clock },
    log: FollowedLog,
    options: LogOptions,
    sink: LogSink,
  ) {
    this.#runtime = doors.runtime
    this.#clock = doors.clock
    this.#log = log
    this.#options = options
    this.#sink = sink
  }

  /** A log that cannot be read any more ends there. */
  async run(): Promise<void> {
    try {
      await this.#read()
    } finally {
      if (!this.#stopped.signal.aborted) this.#sink.onEnd()
    }
  }

  pause(): void {
    this.#resumed ??= Promise.withResolvers()
  }

  resume(): void {
    this.#resumed?.resolve()
    this.#resumed = undefined
  }

  stop(): void {
    this.#stopped.abort()
    this.resume()
  }

  async #read(): Promise<void> {
    const { path } = this.#log
    const lines = new LogLines(this.#options)
    let offset = await this.#start()
    while (!this.#stopped.signal.aborted && !lines.isFull) {
      // Asked before reading: what a run wrote is there when it has ended.
      const mayGrow = this.#options.follow && this.#log.isGrowing()
      const bytes = await this.#runtime.readLog(path, { offset, bytesMax: CHUNK_BYTES })
      if (this.#stopped.signal.aborted) return
      offset += bytes.length
      const shown = lines.add(bytes)
      if (shown.length > 0) this.#sink.onData(shown)
      await this.#resumed?.promise
      if (bytes.length > 0) continue
      const { kept } = await this.#runtime.logStart(path)
      if (offset < kept) {
        // The reader was slower than the container for longer than its log is kept.
        offset = kept
        continue
      }
      if (!mayGrow) return
      await sleep(this.#clock, LOOK_MS, this.#stopped.signal)
    }
  }

  /**
   * Where the wanted lines begin, in the newest file: as in the kubelet, what was rotated away is not shown, and a part
   * of a very long line counts as a line.
   */
  async #start(): Promise<number> {
    const { tailLines } = this.#options
    const { path } = this.#log
    const { newest } = await this.#runtime.logStart(path)
    if (tailLines === undefined) return newest
    let end = (await this.#runtime.logSize(path)) ?? 0
    if (tailLines === 0) return end
    const search = new TailSearch(tailLines)
    while (end > newest) {
      const offset = Math.max(newest, end - CHUNK_BYTES)
      const piece = await this.#runtime.readLog(path, { offset, bytesMax: end - offset })
      const found = search.addBefore(piece)
      if (found !== undefined) return offset + found
      end = offset
    }
    return newest
  }
}
