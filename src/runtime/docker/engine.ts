import { fieldsOf, textOf, type Fields } from '../../base/fields.ts'
import { parseJson } from '../../base/parse-json.ts'
import {
  CallError,
  type Endpoint,
  type HttpCaller,
  type HttpCallers,
} from '../../world/http-caller.ts'
import type { ByteStream, ByteStreamHandlers } from '../../world/http-server.ts'
import { JsonLines } from './json-lines.ts'

/**
 * The version of the Engine API that is spoken here where the engine knows it, and the oldest one that has all that is used.
 * Docker 29 knows nothing older than 1.44.
 */
const USUAL = '1.44'
const OLDEST = '1.40'

/** What the engine may take for one thing; a busy one takes seconds for a container. */
const CALL_TIMEOUT_MS = 60_000

/** Who is asked whether it is there; the answer takes milliseconds as a rule. */
const CONNECT_TIMEOUT_MS = 10_000

/** How the engine refuses, in its own words. */
export class EngineError extends Error {
  override readonly name = 'EngineError'
  /** 0: it did not answer at all. */
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** There was no answer, so that what it is about may be as it was or not. */
export function isUnreachable(error: unknown): error is EngineError {
  return error instanceof EngineError && error.status === 0
}

/** The Docker Engine API over its socket: https://docs.docker.com/reference/api/engine/ */
export class Engine {
  readonly architecture: string
  readonly #callers: HttpCallers
  readonly #endpoint: Endpoint
  readonly #caller: HttpCaller
  readonly #prefix: string

  private constructor(
    callers: HttpCallers,
    endpoint: Endpoint,
    caller: HttpCaller,
    agreed: { readonly version: string; readonly architecture: string },
  ) {
    this.#callers = callers
    this.#endpoint = endpoint
    this.#caller = caller
    this.#prefix = `/v${agreed.version}`
    this.architecture = agreed.architecture
  }

  /** Agrees on a version. Rejects with EngineError, which says why that engine cannot be used. */
  static async connect(callers: HttpCallers, socketPath: string): Promise<Engine> {
    const endpoint = { baseUrl: 'http://docker', socketPath }
    const caller = callers.open(endpoint)
    try {
      const answer = await getFields(caller, '/version')
      const agreed = readVersions(answer)
      if (agreed.kind === 'refused') throw new Error(agreed.reason)
      const architecture = textOf(answer['Arch'])
      const { version } = agreed
      const unfit = whyUnfit(await getFields(caller, `/v${version}/info`))
      if (unfit !== undefined) throw new Error(unfit)
      return new Engine(callers, endpoint, caller, { version, architecture })
    } catch (error) {
      await caller.close()
      throw new EngineError(0, whyNot(error))
    }
  }

  /** The answer's JSON, undefined where there is none. Rejects with EngineError. */
  async call(method: string, path: string, body?: Fields | Uint8Array): Promise<unknown> {
    const { status, body: text } = await this.#answer(method, path, body)
    if (status >= 400) throw new EngineError(status, messageOf(text))
    return parseJson(text)
  }

  /** The same, for what may be gone: undefined then. */
  async callIfThere(method: string, path: string, body?: Fields): Promise<unknown> {
    try {
      return (await this.call(method, path, body)) ?? {}
    } catch (error) {
      if (error instanceof EngineError && (error.status === 404 || error.status === 409)) {
        return undefined
      }
      throw error
    }
  }

  /** An answer that comes in lines of JSON. `onEnd` is told why it broke, and of a refusal. */
  stream(
    method: string,
    path: string,
    handlers: { onLine(line: Fields): void; onEnd(error?: EngineError): void },
  ): { stop(): void } {
    const lines = new JsonLines((line) => handlers.onLine(line))
    const call = {
      method,
      target: this.#prefix + path,
      headers: {},
      timeoutMs: CALL_TIMEOUT_MS,
    }
    return this.#caller.stream(call, {
      onRefused: ({ status, body }) => handlers.onEnd(new EngineError(status, messageOf(body))),
      onData: (text) => lines.add(text),
      onEnd: (error) =>
        handlers.onEnd(error === undefined ? undefined : new EngineError(0, error.message)),
    })
  }

  /** A connection that carries bytes. Rejects with EngineError. */
  async open(path: string, body: Fields, handlers: ByteStreamHandlers): Promise<ByteStream> {
    const call = {
      method: 'POST',
      target: this.#prefix + path,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      timeoutMs: CALL_TIMEOUT_MS,
    }
    const opened = await this.#callers
      .openStream(this.#endpoint, call, handlers)
      .catch((error: unknown) => {
        throw new EngineError(0, error instanceof Error ? error.message : String(error))
      })
    if ('stream' in opened) return opened.stream
    throw new EngineError(opened.refused.status, messageOf(opened.refused.body))
  }

  close(): Promise<void> {
    return this.#caller.close()
  }

  async #answer(method: string, path: string, body: Fields | Uint8Array | undefined) {
    const isBytes = body instanceof Uint8Array
    const type = isBytes ? 'application/x-tar' : 'application/json'
    try {
      return await this.#caller.call({
        method,
        target: this.#prefix + path,
        headers: body === undefined ? {} : { 'content-type': type },
        ...(body === undefined ? {} : { body: isBytes ? body : JSON.stringify(body) }),
        timeoutMs: CALL_TIMEOUT_MS,
      })
    } catch (error) {
      throw error instanceof CallError ? new EngineError(0, error.message) : error
    }
  }
}

/** What /version says of itself: what to speak, or why nothing can be. */
export function readVersions(
  answer: Fields,
):
  | { readonly kind: 'agreed'; readonly version: string }
  | { readonly kind: 'refused'; readonly reason: string } {
  const { Os: system } = answer
  const theirs = { newest: textOf(answer['ApiVersion']), oldest: textOf(answer['MinAPIVersion']) }
  if (theirs.newest === '') return { kind: 'refused', reason: NOT_DOCKER }
  const version = agreeOnVersion(theirs)
  if (version === undefined) {
    const spoken = `it speaks the Engine API ${theirs.oldest} to ${theirs.newest}`
    return { kind: 'refused', reason: `${spoken}, and hitless ${OLDEST} or later` }
  }
  if (textOf(system) === 'windows') return { kind: 'refused', reason: 'it runs Windows containers' }
  return { kind: 'agreed', version }
}

/** What /info tells of engines whose containers have addresses that this machine does not reach. */
export function whyUnfit(info: Fields): string | undefined {
  const { SecurityOptions: options, OperatingSystem: system } = info
  const isRootless = Array.isArray(options) && options.map(textOf).includes('name=rootless')
  const kind = isRootless ? 'it runs rootless' : 'it is Docker Desktop'
  return isRootless || textOf(system) === 'Docker Desktop'
    ? `${kind}, which hides the addresses of its containers from this machine`
    : undefined
}

const NOT_DOCKER = 'what answers there is no Docker engine'

async function getFields(caller: HttpCaller, target: string): Promise<Fields> {
  const call = { method: 'GET', target, headers: {}, timeoutMs: CONNECT_TIMEOUT_MS }
  const { status, body } = await caller.call(call)
  const answer = parseJson(body)
  if (status === 200) return fieldsOf(answer)
  const message = textOf(fieldsOf(answer)['message'])
  throw new Error(message === '' ? NOT_DOCKER : `it answers ${status}: ${message}`)
}

/** In people's words. */
function whyNot(error: unknown): string {
  if (!(error instanceof CallError)) return error instanceof Error ? error.message : String(error)
  switch (error.code) {
    case 'ENOENT':
      return 'there is no such socket'
    case 'EACCES':
    case 'EPERM':
      return 'this user may not open its socket'
    case 'ECONNREFUSED':
      return 'nobody listens on its socket'
    case 'ENOTSOCK':
      return 'that is no socket'
    case 'TIMEOUT':
      return 'it does not answer'
    default:
      return error.code.startsWith('HPE_') ? NOT_DOCKER : error.message
  }
}

/** The usual one, or the nearest to it that the engine speaks: what is used here has changed little for long. */
export function agreeOnVersion(theirs: {
  readonly newest: string
  readonly oldest: string
}): string | undefined {
  if (!/^\d+\.\d+$/.test(theirs.newest) || isBefore(theirs.newest, OLDEST)) return undefined
  if (isBefore(theirs.newest, USUAL)) return theirs.newest
  return isBefore(USUAL, theirs.oldest) ? theirs.oldest : USUAL
}

function isBefore(version: string, other: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [otherMajor = 0, otherMinor = 0] = other.split('.').map(Number)
  return major === otherMajor ? minor < otherMinor : major < otherMajor
}

function messageOf(body: string): string {
  const message = textOf(fieldsOf(parseJson(body))['message'])
  return message === '' ? body.trim() : message
}
