import { ApiError } from '../../api/api-error.ts'
import type { OpenPort, PodAccess, PodTarget } from '../../api/pod-access.ts'
import type {
  BodyStream,
  ByteStream,
  ResponseStream,
  ServerRequest,
  ServerResponse,
  UpgradeRequest,
} from '../../world/http-server.ts'
import { requestHead, responseHeaders, type ForwardedTarget } from './proxy/message-head.ts'
import { BadResponseError, ResponseReader, type ResponseHead } from './proxy/response-reader.ts'
import { unreachable } from './unreachable.ts'

export interface ProxyRequest extends ForwardedTarget {
  readonly pod: PodTarget
  readonly port: number
  /** The backend as it would be dialled, for `Location` and messages: `10.244.0.7:8080`. */
  readonly host: string
}

/** Who asked, and how an answer reaches them. */
type Client =
  | { readonly is: 'request'; readonly request: ServerRequest; readonly response: ServerResponse }
  | { readonly is: 'upgrade'; readonly request: UpgradeRequest }

/** What waits for a client that does not read; then the backend is not read either. */
const WAITING_BYTES_MAX = 256 * 1024

/** Of an answer that refuses an upgrade; it is sent as a whole. */
const REFUSAL_BYTES_MAX = 1024 * 1024

/**
 * `pods/proxy` and `services/proxy`: passes one request on to a port of a pod, over the pod's node as a
 * port-forward goes, so that pods need no route from here. Rejects with ApiError while the request is unanswered.
 */
export async function serveProxy(
  client: Client,
  proxy: ProxyRequest,
  access: PodAccess,
): Promise<void> {
  const relay = new ProxyRelay(client, proxy)
  client.request.onAbort(() => relay.stop())
  await relay.run(access)
}

class ProxyRelay {
  readonly #client: Client
  readonly #proxy: ProxyRequest
  readonly #reader: ResponseReader
  readonly #settled = Promise.withResolvers<void>()
  #port: OpenPort | undefined
  #body: BodyStream | undefined
  #stream: ResponseStream | undefined
  #upgraded: ByteStream | undefined
  #refusal: { readonly head: ResponseHead; readonly parts: Uint8Array[]; bytes: number } | undefined
  #isOver = false

  constructor(client: Client, proxy: ProxyRequest) {
    this.#client = client
    this.#proxy = proxy
    // A port that cannot be opened may tell so twice, and is reported once.
    this.#settled.promise.catch(() => undefined)
    this.#reader = new ResponseReader(client.request.method, {
      onHead: (head) => this.#takeHead(head),
      onBody: (bytes) => this.#takeBody(bytes),
      onEnd: () => this.#end(),
      onUpgraded: (rest) => this.#upgraded?.write(rest),
    })
  }

  async run(access: PodAccess): Promise<void> {
    const { pod, port } = this.#proxy
    const sink = {
      onData: (bytes: Uint8Array) => this.#receive(bytes),
      onDrain: () => {
        this.#body?.resume()
        this.#upgraded?.resume()
      },
      onEnd: () => this.#receiveEnd(),
      onClose: (error?: string) => this.#receiveEnd(error),
    }
    try {
      this.#port = await access.openPort(pod, port, sink)
    } catch (error) {
      throw error instanceof ApiError ? this.#refusalOf(error.message) : error
    }
    if (this.#isOver) return this.#port.stop()
    this.#sendRequest(this.#port)
    await this.#settled.promise
  }

  /** The client is gone. */
  stop(): void {
    this.#isOver = true
    this.#stream?.destroy()
    this.#upgraded?.destroy()
    this.#port?.stop()
    this.#settled.resolve()
  }

  #sendRequest(port: OpenPort): void {
    const { request } = this.#client
    // Headers came in byte by byte (latin1), and so they go on.
    const head = requestHead(request, this.#proxy)
    port.write(Uint8Array.from(head, (character) => character.charCodeAt(0)))
    const isChunked = request.headers['transfer-encoding'] !== undefined
    if (this.#client.is === 'upgrade') return
    const send = (bytes: Uint8Array) => port.write(bytes) || this.#body?.pause()
    this.#body = request.streamBody({
      onData: (bytes) => {
        if (isChunked) send(new TextEncoder().encode(`${bytes.length.toString(16)}\r\n`))
        send(bytes)
        if (isChunked) send(new TextEncoder().encode('\r\n'))
      },
      onEnd: () => {
        if (isChunked) send(new TextEncoder().encode('0\r\n\r\n'))
      },
    })
  }

  #receive(bytes: Uint8Array): void {
    if (this.#isOver) return
    if (this.#upgraded !== undefined) {
      if (!this.#upgraded.write(bytes)) this.#port?.pause()
      return
    }
    this.#guard(() => this.#reader.receive(bytes))
  }

  #receiveEnd(error?: string): void {
    if (this.#isOver) return
    if (this.#upgraded !== undefined) {
      this.#upgraded.end()
      return
    }
    this.#guard(() => {
      if (error !== undefined) throw new BadResponseError(error)
      this.#reader.close()
    })
  }

  #guard(act: () => void): void {
    try {
      act()
    } catch (error) {
      if (!(error instanceof BadResponseError)) throw error
      this.#fail(error.message)
    }
  }

  /** Nothing was answered yet: the caller answers. Else the client sees that the answer is not complete. */
  #fail(reason: string): void {
    if (this.#stream === undefined) this.#settled.reject(this.#refusalOf(reason))
    this.stop()
  }

  /** Kubernetes dials for an upgrade in another place, whose words and code are others. */
  #refusalOf(reason: string): ApiError {
    return this.#client.is === 'upgrade'
      ? new ApiError('Unknown', `error dialing backend: ${reason}`)
      : unreachable(reason)
  }

  #takeHead(head: ResponseHead): void {
    const headers = responseHeaders(head, this.#proxy, this.#proxy.host)
    const client = this.#client
    if (client.is === 'request') {
      if (head.status === 101) throw new BadResponseError('unexpected switch of protocols')
      this.#stream = client.response.stream(head.status, headers)
      this.#stream.onDrain(() => this.#port?.resume())
      this.#settled.resolve()
      return
    }
    if (head.status < 400 && head.status !== 101) {
      const message = `invalid upgrade response: status code ${head.status}`
      this.#settled.reject(new ApiError('Unknown', message))
      this.stop()
      return
    }
    if (head.status !== 101) {
      this.#refusal = { head, parts: [], bytes: 0 }
      return
    }
    const upgraded = client.request.acceptStream(headers, {
      onData: (bytes) => this.#port?.write(bytes) === false && upgraded.pause(),
      onEnd: () => this.#port?.end(),
      onDrain: () => this.#port?.resume(),
      onClose: () => this.stop(),
    })
    this.#upgraded = upgraded
    this.#settled.resolve()
  }

  #takeBody(bytes: Uint8Array): void {
    if (this.#refusal !== undefined) {
      this.#refusal.bytes += bytes.length
      if (this.#refusal.bytes > REFUSAL_BYTES_MAX)
        throw new BadResponseError('its refusal is too long')
      this.#refusal.parts.push(bytes)
      return
    }
    this.#stream?.write(bytes)
    if ((this.#stream?.bufferedBytes ?? 0) > WAITING_BYTES_MAX) this.#port?.pause()
  }

  #end(): void {
    this.#isOver = true
    this.#stream?.end()
    this.#port?.stop()
    const refusal = this.#refusal
    if (refusal === undefined || this.#client.is !== 'upgrade') return
    const decoder = new TextDecoder()
    const body = refusal.parts.map((part) => decoder.decode(part, { stream: true })).join('')
    const headers = responseHeaders(refusal.head, this.#proxy, this.#proxy.host)
    const { 'content-length': _, ...others } = headers
    this.#client.request.refuse(refusal.head.status, others, body + decoder.decode())
    this.#settled.resolve()
  }
}
