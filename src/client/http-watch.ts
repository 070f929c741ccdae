import { isFields } from '../base/fields.ts'
import { parseJson } from '../base/parse-json.ts'
import type { Clock, Timer } from '../world/clock.ts'
import type { Call, CallAnswer, CallError, HttpCaller } from '../world/http-caller.ts'
import type { Random } from '../world/random.ts'
import { BackOff } from './back-off.ts'

/** An event that is longer ends the watch: an object has 3 MiB at most. */
const LINE_LENGTH_MAX = 8 * 1024 * 1024

/** A server that has not ended the watch so long after its time does not answer any more. */
const STALL_MS = 15_000

/** A stream that ends earlier, and empty, says that the server cannot serve it now. */
const SHORT_MS = 1_000

/** Between attempts to begin again; client-go's reflector has the same. */
const RETRY_MS = 800
const RETRY_MS_MAX = 30_000

type ObjectEventType = 'ADDED' | 'MODIFIED' | 'DELETED'

export interface HttpWatchOptions {
  readonly caller: HttpCaller
  readonly clock: Clock
  readonly random?: Random | undefined
  readonly watchSeconds: number
  readonly resourceVersion: string
  callFrom(resourceVersion: string): Call
  onObject(type: ObjectEventType, object: unknown): void
  /** Once, and nothing follows. */
  onEnd(type: 'EXPIRED' | 'CLOSED'): void
}

/**
 * One watch over as many streams as it takes: each lasts `watchSeconds`, so that a dead connection is noticed, and
 * the next one begins at the last version seen, which bookmarks keep fresh
 * (https://kubernetes.io/docs/reference/using-api/api-concepts/#watch-bookmarks). A connection that is lost is made
 * again the same way, after a delay that grows while nothing comes: whoever watches misses nothing, and need not list.
 */
export class HttpWatch {
  readonly #options: HttpWatchOptions
  #resourceVersion: string
  #stream: { stop(): void } | undefined
  /** Until the stream is given up, or until the next one begins. */
  #timer: Timer | undefined
  readonly #backOff: BackOff
  #rest = ''
  #hasEnded = false

  constructor(options: HttpWatchOptions) {
    this.#options = options
    this.#resourceVersion = options.resourceVersion
    const { clock, random } = options
    this.#backOff = new BackOff(clock, { firstMs: RETRY_MS, msMax: RETRY_MS_MAX, random })
    this.#begin()
  }

  stop(): void {
    this.#hasEnded = true
    this.#closeStream()
  }

  #begin(): void {
    const { caller, clock, watchSeconds } = this.#options
    const startNs = clock.monotonicNs()
    const startVersion = this.#resourceVersion
    this.#rest = ''
    this.#timer = clock.after(watchSeconds * 1_000 + STALL_MS, () => {
      this.#closeStream()
      this.#begin()
    })
    this.#stream = caller.stream(this.#options.callFrom(startVersion), {
      onRefused: (answer) => this.#end(isGone(answer) ? 'EXPIRED' : 'CLOSED'),
      onData: (text) => this.#take(text),
      onEnd: (error) => {
        if (this.#hasEnded) return
        const isShort = clock.monotonicNs() - startNs < SHORT_MS * 1e6
        const isEmpty = this.#resourceVersion === startVersion
        if (isOurs(error)) return this.#end('CLOSED')
        this.#closeStream()
        if (error !== undefined || (isShort && isEmpty)) this.#retryLater()
        else this.#begin()
      },
    })
  }

  #retryLater(): void {
    const delayMs = this.#backOff.nextMs()
    this.#timer = this.#options.clock.after(delayMs, () => this.#begin())
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    if (this.#rest.length > LINE_LENGTH_MAX) return this.#end('CLOSED')
    for (const line of lines) {
      if (this.#hasEnded) return
      if (line !== '') this.#takeLine(line)
    }
  }

  #takeLine(line: string): void {
    const event = parseJson(line)
    const object = isFields(event) ? event['object'] : undefined
    if (!isFields(event) || !isFields(object)) return this.#end('CLOSED')
    switch (event['type']) {
      case 'ADDED':
      case 'MODIFIED':
      case 'DELETED':
        this.#note(object)
        return this.#options.onObject(event['type'], object)
      case 'BOOKMARK':
        return this.#note(object)
      case 'ERROR':
        return this.#end(object['code'] === 410 ? 'EXPIRED' : 'CLOSED')
      default:
        return this.#end('CLOSED')
    }
  }

  #note({ metadata }: Readonly<Record<string, unknown>>): void {
    const version = isFields(metadata) ? metadata['resourceVersion'] : undefined
    if (typeof version === 'string') this.#resourceVersion = version
    this.#backOff.reset()
  }

  #end(type: 'EXPIRED' | 'CLOSED'): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#closeStream()
    this.#options.onEnd(type)
  }

  #closeStream(): void {
    this.#timer?.cancel()
    this.#stream?.stop()
  }
}

/** The caller was closed, or cannot write such a request down: trying again is of no use. */
function isOurs(error: CallError | undefined): boolean {
  return error?.code === 'CLOSED' || error?.code === 'EINVAL'
}

function isGone({ status }: CallAnswer): boolean {
  return status === 410
}
