import { ApiError } from '../api/api-error.ts'
import type { ApiObject } from '../api/meta.ts'
import type { Store } from '../store/store.ts'
import type { Clock, Timer } from '../world/clock.ts'
import type { ResponseStream, ServerRequest, ServerResponse } from '../world/http-server.ts'
import { requireVersionNumber, selectionOf } from './reading.ts'
import { renderWatched, type Outgoing } from './representation.ts'
import type { ListQuery } from './request-options.ts'
import type { ResourcePath } from './request-path.ts'
import { statusOfError } from './status-answer.ts'

/**
 * A client that lets more than this wait is broken off: it lists again when it is well. What there is at the start is told
 * at once, as in a list, and does not count.
 */
const BUFFERED_BYTES_MAX = 8 * 1024 * 1024
/** As the API server of Kubernetes tells them. */
const BOOKMARK_PERIOD_MS = 60_000
/** Without a wish of the client, as --min-request-timeout. */
const TIMEOUT_SECONDS = 1_800

export interface WatchContext {
  readonly store: Store
  readonly clock: Clock
  /** Told when a client was broken off since it did not read. */
  readonly onDropped: (bytes: number) => void
  /** Told of a fault of ours that has ended the watch. */
  readonly onError: (error: unknown) => void
  /** Told when the watch has ended, however. */
  readonly onEnd: () => void
}

/**
 * `watch`: one JSON event per line until the client goes, its timeout, or the end of what is known.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
export function serveWatch(
  context: WatchContext,
  exchange: { readonly request: ServerRequest; readonly response: ServerResponse },
  path: ResourcePath,
  query: ListQuery,
  outgoing: Omit<Outgoing, 'nowMs'>,
): { stop(): void } {
  requireVersionNumber(query.resourceVersion, 'watch')
  const stream = exchange.response.stream(200, {
    'content-type': 'application/json',
    'cache-control': 'no-cache, private',
  })
  const watch = new WatchStream(context, stream, path, query, outgoing)
  exchange.request.onAbort(() => watch.stop())
  watch.start()
  return watch
}

class WatchStream {
  readonly #context: WatchContext
  readonly #stream: ResponseStream
  readonly #path: ResourcePath
  readonly #query: ListQuery
  readonly #outgoing: Omit<Outgoing, 'nowMs'>
  #watch: { stop(): void } | undefined
  #timers: Timer[] = []
  #isFirst = true
  #isStopped = false
  #bufferedBytesMax = BUFFERED_BYTES_MAX

  constructor(
    context: WatchContext,
    stream: ResponseStream,
    path: ResourcePath,
    query: ListQuery,
    outgoing: Omit<Outgoing, 'nowMs'>,
  ) {
    this.#context = context
    this.#stream = stream
    this.#path = path
    this.#query = query
    this.#outgoing = outgoing
  }

  start(): void {
    if (this.#isStopped) return
    const { store, clock } = this.#context
    const { timeoutSeconds = 0, allowWatchBookmarks, sendInitialEvents } = this.#query
    // 0 is no wish either.
    const seconds = timeoutSeconds === 0 ? TIMEOUT_SECONDS : timeoutSeconds
    this.#timers.push(clock.after(Math.max(0, seconds) * 1_000, () => this.#end()))
    if (allowWatchBookmarks) this.#bookmarkLater()
    const selection = selectionOf(this.#path, this.#query)
    const { kind } = this.#path.served
    let { resourceVersion } = this.#query
    if (sendInitialEvents || resourceVersion === '' || resourceVersion === '0') {
      const list = store.list(kind, selection)
      this.#bufferedBytesMax = Infinity
      for (const object of list.items) this.#tell('ADDED', object)
      resourceVersion = list.resourceVersion
      if (sendInitialEvents && allowWatchBookmarks) {
        this.#bookmark(resourceVersion, { 'k8s.io/initial-events-end': 'true' })
      }
      this.#bufferedBytesMax = this.#stream.bufferedBytes + BUFFERED_BYTES_MAX
      this.#stream.onDrain(() => (this.#bufferedBytesMax = BUFFERED_BYTES_MAX))
    }
    this.#watch = store.watch(kind, { ...selection, resourceVersion }, (event) => {
      if (event.type === 'EXPIRED') this.#expire(resourceVersion)
      else this.#tellLater(event.type, event.object)
    })
  }

  stop(): void {
    if (this.#isStopped) return
    this.#isStopped = true
    this.#watch?.stop()
    for (const timer of this.#timers) timer.cancel()
    this.#context.onEnd()
  }

  #tell(type: string, object: ApiObject): void {
    if (this.#isStopped) return
    const nowMs = this.#context.clock.wallMs()
    const shown = renderWatched(object, { ...this.#outgoing, nowMs }, { isFirst: this.#isFirst })
    this.#isFirst = false
    this.#write(type, shown)
  }

  /** What goes wrong here concerns this watch alone, and not the store that tells of the change. */
  #tellLater(type: string, object: ApiObject): void {
    try {
      this.#tell(type, object)
    } catch (error) {
      this.#context.onError(error)
      this.stop()
      this.#stream.destroy()
    }
  }

  #write(type: string, shown: string): void {
    this.#stream.write(`{"type":"${type}","object":${shown}}\n`)
    if (this.#stream.bufferedBytes <= this.#bufferedBytesMax) return
    this.#context.onDropped(this.#stream.bufferedBytes)
    this.stop()
    this.#stream.destroy()
  }

  #bookmarkLater(): void {
    const timer = this.#context.clock.after(BOOKMARK_PERIOD_MS, () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
      // Everything up to the newest version has been told, or does not concern this watch.
      this.#bookmark(this.#context.store.version)
      if (!this.#isStopped) this.#bookmarkLater()
    })
    this.#timers.push(timer)
  }

  #bookmark(resourceVersion: string, annotations?: Readonly<Record<string, string>>): void {
    if (this.#isStopped) return
    const { apiVersion, definition } = this.#path.served
    const metadata = {
      resourceVersion,
      ...(annotations === undefined ? {} : { annotations }),
    }
    const isTable = this.#outgoing.form.as === 'table'
    const object = { kind: definition.kind, apiVersion, metadata }
    const table = {
      kind: 'Table',
      apiVersion: `meta.k8s.io/${this.#outgoing.form.version}`,
      metadata: {},
      columnDefinitions: [],
      rows: [{ cells: [], object }],
    }
    this.#write('BOOKMARK', JSON.stringify(isTable ? table : object))
  }

  #expire(resourceVersion: string): void {
    const message = `too old resource version: ${resourceVersion} (${this.#context.store.version})`
    this.#write('ERROR', JSON.stringify(statusOfError(new ApiError('Expired', message))))
    this.#end()
  }

  #end(): void {
    if (this.#isStopped) return
    this.stop()
    this.#stream.end()
  }
}
