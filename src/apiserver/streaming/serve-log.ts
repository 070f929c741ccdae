import type { ContainerTarget, LogOptions, OpenStream, PodAccess } from '../../api/pod-access.ts'
import type { Pod } from '../../api/pod.ts'
import type { ResponseStream, ServerRequest, ServerResponse } from '../../world/http-server.ts'
import { readLogQuery } from './log-query.ts'
import { checkContainer, hasNode, targetPod } from './pod-target.ts'

export interface LogRequest {
  /** Undefined: the pod has no node yet, and so an empty log. */
  readonly target: ContainerTarget | undefined
  readonly options: LogOptions
}

/** What `pods/log` asks for; `nowMs` is wall-clock time. Throws ApiError. */
export function readLogRequest(pod: Pod, query: URLSearchParams, nowMs: number): LogRequest {
  const { container: asked, options } = readLogQuery(query, pod.metadata.name, nowMs)
  const container = checkContainer(pod, asked)
  return { target: hasNode(pod) ? { ...targetPod(pod), container } : undefined, options }
}

/** What waits for a client that does not read; then the log is not read either. */
const WAITING_BYTES_MAX = 256 * 1024

const HEADERS = { 'content-type': 'text/plain', 'cache-control': 'no-cache, private' }

/** `pods/log`. Rejects with ApiError while the request is unanswered. */
export async function serveLog(
  request: ServerRequest,
  response: ServerResponse,
  { target, options }: LogRequest,
  access: PodAccess,
): Promise<void> {
  if (target === undefined) {
    response.send(200, HEADERS, '')
    return
  }
  const relay = new LogRelay(response)
  request.onAbort(() => relay.stop())
  const log = await access.openLog(target, options, {
    onData: (bytes) => relay.write(bytes),
    onEnd: () => relay.end(),
  })
  relay.begin(log)
}

/** Between a log and a client, at the client's pace. */
class LogRelay {
  readonly #response: ServerResponse
  /** The answer begins with the log, so that a log which cannot be read can be refused. */
  #stream: ResponseStream | undefined
  #log: OpenStream | undefined
  #isPaused = false
  #isOver = false

  constructor(response: ServerResponse) {
    this.#response = response
  }

  begin(log: OpenStream): void {
    this.#log = log
    if (this.#isOver) return log.stop()
    this.#open()
    if (this.#isPaused) log.pause()
  }

  write(bytes: Uint8Array): void {
    if (this.#isOver) return
    const stream = this.#open()
    stream.write(bytes)
    if (stream.bufferedBytes <= WAITING_BYTES_MAX) return
    this.#isPaused = true
    this.#log?.pause()
  }

  end(): void {
    if (this.#isOver) return
    this.#open().end()
    this.#isOver = true
  }

  /** The client is gone. */
  stop(): void {
    this.#isOver = true
    this.#stream?.destroy()
    this.#log?.stop()
  }

  #open(): ResponseStream {
    if (this.#stream !== undefined) return this.#stream
    const stream = this.#response.stream(200, HEADERS)
    stream.onDrain(() => {
      if (!this.#isPaused || this.#isOver) return
      this.#isPaused = false
      this.#log?.resume()
    })
    this.#stream = stream
    return stream
  }
}
