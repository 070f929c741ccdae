import type { ApiObject } from '../api/meta.ts'
import type { PodAccess } from '../api/pod-access.ts'
import type { Store } from '../store/store.ts'
import type { Clock } from '../world/clock.ts'
import type { Signer } from '../world/credentials.ts'
import type { Random } from '../world/random.ts'
import {
  BodyTooLargeError,
  ConnectionLostError,
  type HttpServerOptions,
  type HttpServers,
  type ServerRequest,
  type ServerResponse,
  type UpgradeRequest,
} from '../world/http-server.ts'
import { ApiError } from '../api/api-error.ts'
import { sendAnswer, statusAnswer, textAnswer, type Answer } from './answer.ts'
import { AccountTokens } from './account-tokens.ts'
import { authenticate, type Authenticators } from './authentication.ts'
import { negotiate } from './content-type.ts'
import { newMetrics, type Metrics } from './metrics.ts'
import { answerNonResource, isOpenToAll } from './non-resource-requests.ts'
import { forgetJson } from './json-text.ts'
import { readListQuery } from './request-options.ts'
import { readPath, type ResourcePath } from './request-path.ts'
import {
  answerResourceRequest,
  deprecationsOf,
  includeObjectOf,
  isPretty,
} from './resource-requests.ts'
import { methodNotAllowed, resourceNotFound, statusOfError } from './status-answer.ts'
import { isStreamed, serveStream, serveUpgrade } from './stream-requests.ts'
import { serveWatch } from './watching.ts'

/** As Kubernetes': what etcd would take. */
const BODY_BYTES_MAX = 3 * 1024 * 1024

export interface ApiServerOptions {
  readonly store: Store
  readonly clock: Clock
  readonly servers: HttpServers
  readonly listen: HttpServerOptions['listen']
  /** Absent: plain HTTP, for tests. */
  readonly tls?: HttpServerOptions['tls']
  /** Whoever knows it may do everything. */
  readonly token: string
  /** Makes the tokens of ServiceAccounts, whose holders may do everything too. Absent: they have none. */
  readonly signer?: Signer
  /** The kubelets: where logs, commands and ports of pods are. */
  readonly podAccess: PodAccess
  /** Which of the pods behind a Service a proxied request goes to. */
  readonly random: Random
  /** The version of hitless. */
  readonly version: string
  /** Resident memory of this process, for /metrics. */
  readonly memoryBytes?: () => number
  /** For `Warning:` headers: what is accepted of an object, and has no effect. Default: nothing. */
  readonly notApplied?: (object: ApiObject) => readonly string[]
  /** Told of every fault that was answered with InternalError. */
  readonly onError: (error: unknown) => void
}

export interface ApiServer {
  readonly port: number
  /** Ends all watches and streams, then the rest; resolves when nothing is open. */
  close(): Promise<void>
}

/**
 * The Kubernetes API over HTTP: https://kubernetes.io/docs/reference/using-api/api-concepts/. All the rules about objects are the
 * store's; here they get their URLs, formats and status codes. Rejects with the errno in `code` when it cannot listen.
 */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const server = new RunningApiServer(options)
  const listener = await options.servers.listen({
    listen: options.listen,
    ...(options.tls === undefined ? {} : { tls: options.tls }),
    handlers: {
      onRequest: (request, response) => server.handle(request, response),
      onUpgrade: (request) => server.handleUpgrade(request),
    },
    onError: options.onError,
  })
  return {
    port: listener.port,
    async close() {
      server.stopWatches()
      await listener.close(0)
    },
  }
}

class RunningApiServer {
  readonly #options: ApiServerOptions
  readonly #metrics: Metrics
  readonly #authenticators: Authenticators
  readonly #watches = new Set<{ stop(): void }>()

  constructor(options: ApiServerOptions) {
    this.#options = options
    this.#metrics = newMetrics()
    options.store.onPast(forgetJson)
    const { signer, token } = options
    const accountTokens =
      signer === undefined ? undefined : new AccountTokens({ ...options, signer })
    this.#authenticators = { token, accountTokens }
  }

  stopWatches(): void {
    for (const watch of this.#watches) watch.stop()
  }

  handle(request: ServerRequest, response: ServerResponse): void {
    const startNs = this.#options.clock.monotonicNs()
    const { path, query } = splitTarget(request.target)
    const pretty = isPretty(query, request.headers)
    const isOver = this.#metrics.requestStarted(request.method)
    const finish = (answer: Answer) => {
      this.#metrics.observe({
        verb: request.method,
        path,
        code: answer.status,
        seconds: (this.#options.clock.monotonicNs() - startNs) / 1e9,
      })
      sendAnswer(response, answer)
    }
    const answered = this.#answer({ request, response, path, query }).finally(isOver)
    answered.then(
      (answer) => {
        if (answer !== 'streaming') finish(answer)
      },
      (error: unknown) => {
        // Nobody is there any more to be told anything.
        if (error instanceof ConnectionLostError) return
        if (!(error instanceof ApiError)) this.#options.onError(error)
        finish(statusAnswer(statusOfError(error), { pretty }))
      },
    )
  }

  handleUpgrade(request: UpgradeRequest): void {
    this.#serveUpgrade(request).catch((error: unknown) => {
      if (!(error instanceof ApiError)) this.#options.onError(error)
      const { status, contentType, body } = statusAnswer(statusOfError(error))
      request.refuse(status, { 'content-type': contentType }, body)
    })
  }

  async #serveUpgrade(request: UpgradeRequest): Promise<void> {
    const { path, query } = splitTarget(request.target)
    authenticate(request.headers['authorization'], this.#authenticators)
    const meaning = readPath(path)
    if (meaning.type !== 'resource') throw resourceNotFound()
    await serveUpgrade(this.#options, request, meaning.path, query)
  }

  async #answer(exchange: Exchange): Promise<Answer | 'streaming'> {
    const { request, path } = exchange
    const { authorization } = request.headers
    const user = isOpenToAll(path) ? undefined : authenticate(authorization, this.#authenticators)
    const meaning = readPath(path)
    switch (meaning.type) {
      case 'unknown-resource':
        throw resourceNotFound()
      case 'resource':
        return this.#answerResource(exchange, meaning.path).catch((error: unknown) =>
          refusalOfDeprecated(error, exchange, meaning.path),
        )
      case 'other': {
        const answer = await answerNonResource(
          { ...this.#options, ...this.#authenticators, metrics: this.#metrics },
          { ...exchange, user, readBody: () => readBody(request) },
        )
        return answer ?? textAnswer(404, '404 page not found\n')
      }
    }
  }

  async #answerResource(exchange: Exchange, path: ResourcePath): Promise<Answer | 'streaming'> {
    const { request, query } = exchange
    if (isStreamed(path)) {
      await serveStream(this.#options, exchange, path)
      return 'streaming'
    }
    if (path.isWatch) {
      if (request.method !== 'GET') throw methodNotAllowed()
      return this.#watch(exchange, path)
    }
    if (request.method === 'GET' && path.name === undefined) {
      if (readListQuery(query, path.served.definition).watch) return this.#watch(exchange, path)
    }
    const body = request.method === 'GET' ? new Uint8Array() : await readBody(request)
    return answerResourceRequest(
      { ...this.#options, ...this.#authenticators },
      {
        method: request.method,
        path,
        query,
        headers: request.headers,
        body,
      },
    )
  }

  #watch({ request, response, query }: Exchange, path: ResourcePath): 'streaming' {
    const { store, clock, onError } = this.#options
    const list = { ...readListQuery(query, path.served.definition), watch: true }
    const form = negotiate(request.headers['accept']?.replaceAll(';stream=watch', ''))
    const outgoing = { served: path.served, form, includeObject: includeObjectOf(query) }
    let watch: { stop(): void } | undefined
    let isOver = false
    const context = {
      store,
      clock,
      onError,
      onDropped: () => this.#metrics.watchDropped(),
      onEnd: () => {
        isOver = true
        this.#metrics.watchEnded()
        if (watch !== undefined) this.#watches.delete(watch)
      },
    }
    watch = serveWatch(context, { request, response }, path, list, outgoing)
    // Not before: one that is refused never ends.
    this.#metrics.watchStarted()
    if (!isOver) this.#watches.add(watch)
    return 'streaming'
  }
}

export interface Exchange {
  readonly request: ServerRequest
  readonly response: ServerResponse
  readonly path: string
  readonly query: URLSearchParams
}

/** Throws ApiError RequestEntityTooLarge. */
async function readBody(request: ServerRequest): Promise<Uint8Array> {
  try {
    return await request.readBody(BODY_BYTES_MAX)
  } catch (error) {
    if (!(error instanceof BodyTooLargeError)) throw error
    throw new ApiError(
      'RequestEntityTooLarge',
      `Request entity too large: limit is ${BODY_BYTES_MAX}`,
    )
  }
}

function splitTarget(target: string): { readonly path: string; readonly query: URLSearchParams } {
  const at = target.indexOf('?')
  return at < 0
    ? { path: target, query: new URLSearchParams() }
    : { path: target.slice(0, at), query: new URLSearchParams(target.slice(at + 1)) }
}

/** The warning about a kind comes with refusals too. Throws what is none, or is about another kind. */
function refusalOfDeprecated(
  error: unknown,
  { request, query }: Exchange,
  { served }: ResourcePath,
): Answer {
  const warnings = deprecationsOf(served)
  if (!(error instanceof ApiError) || warnings.length === 0) throw error
  return statusAnswer(statusOfError(error), { pretty: isPretty(query, request.headers), warnings })
}
