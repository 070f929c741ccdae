import { Buffer } from 'node:buffer'
import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from 'node:http'
import {
  CallError,
  type Call,
  type CallAnswer,
  type Endpoint,
  type HttpCaller,
  type HttpCallers,
  type StreamHandlers,
} from '../http-caller.ts'
import { errnoOf } from './errno.ts'
import { http, https } from './http-modules.ts'
import { openUpgradedStream } from './upgraded-call.ts'
import { asBytes } from './http-request.ts'

/** Calls through the operating system's sockets. */
export function liveHttpCallers(): HttpCallers {
  return { open: (endpoint) => new AgentCaller(endpoint), openStream: openUpgradedStream }
}

const BODY_BYTES_MAX = 64 * 1024 * 1024

/** Calls beyond this many at once wait for a connection. Streams have connections of their own. */
const CONNECTIONS_MAX = 64

/**
 * A connection that was idle for longer is not used again: kube-apiserver ends idle ones after 90 s, others
 * earlier, and a call that meets such an end cannot be told from one that was acted on.
 */
const IDLE_MS_MAX = 30_000

class AgentCaller implements HttpCaller {
  readonly #endpoint: Endpoint
  readonly #base: URL
  readonly #agent: Agent
  readonly #streamAgent: Agent
  readonly #underWay = new Set<Exchange>()
  #isClosed = false

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint
    this.#base = parseBase(endpoint.baseUrl)
    const NewAgent = this.#base.protocol === 'https:' ? https().Agent : http().Agent
    const options = { keepAlive: true, noDelay: true }
    this.#agent = new NewAgent({
      ...options,
      timeout: IDLE_MS_MAX,
      maxSockets: CONNECTIONS_MAX,
      scheduling: 'lifo',
    })
    this.#streamAgent = new NewAgent({ ...options, maxFreeSockets: 0 })
  }

  call(call: Call): Promise<CallAnswer> {
    return new Promise((resolve, reject) => {
      const exchange = this.#open(call, this.#agent, reject)
      exchange?.request.on('response', (response) => {
        readWhole(response, call, exchange, resolve)
      })
    })
  }

  stream(call: Call, handlers: StreamHandlers): { stop(): void } {
    const onFailure = (error: CallError) => {
      if (!isStopped) handlers.onEnd(error)
    }
    let isStopped = false
    const exchange = this.#open(call, this.#streamAgent, onFailure)
    exchange?.request.on('response', (response) => {
      if (response.statusCode === 200) readStream(response, exchange, handlers)
      else readWhole(response, call, exchange, (answer) => handlers.onRefused(answer))
    })
    return {
      stop() {
        isStopped = true
        exchange?.abandon()
      },
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    for (const exchange of this.#underWay) exchange.fail(closedError())
    this.#agent.destroy()
    this.#streamAgent.destroy()
  }

  /** Undefined when the call cannot even be written down, which is told in a microtask. */
  #open(call: Call, agent: Agent, onFailure: (error: CallError) => void): Exchange | undefined {
    try {
      if (this.#isClosed) throw closedError()
      const exchange = new Exchange(this.#newRequest(call, agent), call.timeoutMs, onFailure)
      this.#underWay.add(exchange)
      exchange.request.on('close', () => this.#underWay.delete(exchange))
      exchange.request.end(call.body)
      return exchange
    } catch (error) {
      queueMicrotask(() => onFailure(callErrorOf(error)))
      return undefined
    }
  }

  #newRequest({ method, target, headers, body }: Call, agent: Agent): ClientRequest {
    const { protocol, hostname, port, pathname } = this.#base
    const { socketPath } = this.#endpoint
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const options: RequestOptions = {
      method,
      hostname: hostname.replace(/^\[|\]$/g, ''),
      ...(port === '' ? {} : { port }),
      path: `${pathname.replace(/\/$/, '')}${target}`,
      headers: Object.fromEntries(Object.entries({ ...headers, ...length }).map(asBytes)),
      agent,
      ...(socketPath === undefined ? {} : { socketPath }),
    }
    if (protocol !== 'https:') return http().request(options)
    const { authority, clientCertificate, insecure } = this.#endpoint
    return https().request({
      ...options,
      rejectUnauthorized: insecure !== true,
      ...(authority === undefined ? {} : { ca: authority }),
      ...(clientCertificate === undefined
        ? {}
        : { cert: clientCertificate.certificate, key: clientCertificate.key }),
    })
  }
}

/** One call under way. It ends once: finished, failed or abandoned. */
class Exchange {
  readonly request: ClientRequest
  readonly #deadline: NodeJS.Timeout
  readonly #onFailure: (error: CallError) => void
  #hasEnded = false

  constructor(request: ClientRequest, timeoutMs: number, onFailure: (error: CallError) => void) {
    this.request = request
    this.#onFailure = onFailure
    this.#deadline = setTimeout(
      () => this.fail(new CallError('TIMEOUT', `no answer within ${timeoutMs} ms`)),
      timeoutMs,
    )
    request.on('error', (error) => this.fail(callErrorOf(error)))
    request.on('close', () => this.fail(new CallError('ECONNRESET', 'closed without an answer')))
    request.on('upgrade', (_response, socket) => {
      socket.destroy()
      this.fail(new CallError('EPROTO', 'the server changed the protocol unasked'))
    })
  }

  get hasEnded(): boolean {
    return this.#hasEnded
  }

  /** From now on it may last. */
  clearDeadline(): void {
    clearTimeout(this.#deadline)
  }

  /** True for the first end only: whoever gets it tells. */
  finish(): boolean {
    if (this.#hasEnded) return false
    this.#hasEnded = true
    this.clearDeadline()
    return true
  }

  fail(error: CallError): void {
    if (!this.finish()) return
    this.request.destroy()
    this.#onFailure(error)
  }

  abandon(): void {
    if (this.finish()) this.request.destroy()
  }
}

function readStream(response: IncomingMessage, exchange: Exchange, handlers: StreamHandlers): void {
  exchange.clearDeadline()
  // Decodes UTF-8 across the borders of chunks.
  response.setEncoding('utf8')
  response.on('data', (text: string) => {
    if (!exchange.hasEnded) handlers.onData(text)
  })
  response.on('end', () => {
    if (exchange.finish()) handlers.onEnd()
  })
  response.on('error', (error) => exchange.fail(callErrorOf(error)))
}

function readWhole(
  response: IncomingMessage,
  { bodyBytesMax = BODY_BYTES_MAX }: Call,
  exchange: Exchange,
  onAnswer: (answer: CallAnswer) => void,
): void {
  const chunks: Buffer[] = []
  let length = 0
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    length += chunk.length
    if (length <= bodyBytesMax) return
    exchange.fail(new CallError('TOO_LARGE', `the answer is longer than ${bodyBytesMax} bytes`))
  })
  response.on('end', () => {
    if (exchange.finish()) onAnswer(answerOf(response, chunks))
  })
  response.on('error', (error) => exchange.fail(callErrorOf(error)))
}

function answerOf(response: IncomingMessage, chunks: readonly Buffer[]): CallAnswer {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return { status: response.statusCode ?? 0, headers, body: Buffer.concat(chunks).toString() }
}

/** Throws CallError for what is no address of an HTTP server. */
function parseBase(baseUrl: string): URL {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined
  if (url !== undefined && /^https?:$/.test(url.protocol)) return url
  throw new CallError('EINVAL', `not an HTTP address: ${baseUrl}`)
}

function closedError(): CallError {
  return new CallError('CLOSED', 'the caller was closed')
}

function callErrorOf(error: unknown): CallError {
  if (error instanceof CallError) return error
  const message = error instanceof Error ? error.message : String(error)
  return new CallError(errnoOf(error, 'EINVAL'), message)
}
