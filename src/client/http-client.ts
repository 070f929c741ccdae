import { ApiError, isApiError } from '../api/api-error.ts'
import { KINDS, type Kind, type ObjectOf } from '../api/kinds.ts'
import { isFields, textOf } from '../base/fields.ts'
import { parseJson } from '../base/parse-json.ts'
import type { Clock } from '../world/clock.ts'
import type { Call, HttpCaller } from '../world/http-caller.ts'
import type { Random } from '../world/random.ts'
import type {
  Client,
  DeleteOptions,
  IssuedToken,
  ListOptions,
  ObjectList,
  ObjectName,
  TokenRequestSpec,
  Watch,
  WatchEvent,
  WriteOptions,
} from './client.ts'
import { HttpWatch } from './http-watch.ts'
import { readIssuedToken } from './issued-token.ts'
import { collectionPath, objectPath, queryOf, selectorParameter } from './resource-path.ts'
import { errorOfAnswer, errorOfCall } from './status-error.ts'

export interface HttpClientOptions {
  readonly caller: HttpCaller
  readonly clock: Clock
  /** Spreads the attempts of those who lost the same server. Absent: they are not spread. */
  readonly random?: Random
  /** Default `hitless`. */
  readonly userAgent?: string
  /** A bearer token. */
  readonly token?: string
  /** For each call. Default 30 s. */
  readonly timeoutMs?: number
  /** A watch is begun anew after so many seconds, in case its connection is dead. Default 300. */
  readonly watchSeconds?: number
}

/** Objects of one answer to a list; client-go's pager takes as many. */
const PAGE_SIZE = 500

/**
 * The Kubernetes API over HTTP, of a real API server or of ours. Nothing is tried again in here but a watch
 * that has reached its time or lost its connection. Whoever opened the caller closes it, and thereby ends the watches.
 */
export function newHttpClient(options: HttpClientOptions): Client {
  return new HttpClient(options)
}

class HttpClient implements Client {
  readonly #options: HttpClientOptions
  readonly #headers: Readonly<Record<string, string>>

  constructor(options: HttpClientOptions) {
    const { token, userAgent = 'hitless' } = options
    this.#options = options
    this.#headers = {
      accept: 'application/json',
      'user-agent': userAgent,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    }
  }

  async get<K extends Kind>(kind: K, name: ObjectName): Promise<ObjectOf<K>> {
    return asObject(kind, await this.#call('GET', objectPath(kind, name)))
  }

  async list<K extends Kind>(kind: K, options: ListOptions = {}): Promise<ObjectList<K>> {
    try {
      return await this.#listPages(kind, options, PAGE_SIZE)
    } catch (error) {
      // The history that the pages were read from is gone: all at once, as client-go does.
      if (isApiError(error, 'Expired')) return this.#listPages(kind, options, undefined)
      throw error
    }
  }

  watch<K extends Kind>(
    kind: K,
    options: ListOptions & { readonly resourceVersion: string },
    onEvent: (event: WatchEvent<K>) => void,
  ): Watch {
    const { caller, clock, random, watchSeconds = 300 } = this.#options
    const path = collectionPath(kind, options.namespace)
    const labelSelector = selectorParameter(options)
    return new HttpWatch({
      caller,
      clock,
      random,
      watchSeconds,
      resourceVersion: options.resourceVersion,
      callFrom: (resourceVersion) =>
        this.#newCall('GET', {
          target: `${path}${queryOf({
            watch: 'true',
            allowWatchBookmarks: 'true',
            resourceVersion,
            timeoutSeconds: String(watchSeconds),
            labelSelector,
          })}`,
        }),
      onEnd: (type) => onEvent({ type }),
      onObject: (type, object) => onEvent({ type, object: asObject(kind, object) }),
    })
  }

  async create<K extends Kind>(kind: K, object: ObjectOf<K>): Promise<ObjectOf<K>> {
    const path = collectionPath(kind, object.metadata.namespace ?? 'default')
    return asObject(kind, await this.#call('POST', path, object))
  }

  async update<K extends Kind>(
    kind: K,
    object: ObjectOf<K>,
    options: WriteOptions = {},
  ): Promise<ObjectOf<K>> {
    const path = `${objectPath(kind, object.metadata)}${subresourcePath(options)}`
    return asObject(kind, await this.#call('PUT', path, object))
  }

  async patch<K extends Kind>(
    kind: K,
    name: ObjectName,
    patch: Readonly<Record<string, unknown>>,
    options: WriteOptions = {},
  ): Promise<ObjectOf<K>> {
    const path = `${objectPath(kind, name)}${subresourcePath(options)}`
    const type = 'application/merge-patch+json'
    return asObject(kind, await this.#call('PATCH', path, patch, type))
  }

  async apply<K extends Kind>(kind: K, object: ObjectOf<K>, manager: string): Promise<ObjectOf<K>> {
    const path = `${objectPath(kind, object.metadata)}${queryOf({ fieldManager: manager, force: 'true' })}`
    const type = 'application/apply-patch+yaml'
    return asObject(kind, await this.#call('PATCH', path, object, type))
  }

  async delete(kind: Kind, name: ObjectName, options: DeleteOptions = {}): Promise<void> {
    const propagationPolicy = options.propagationPolicy ?? 'Background'
    await this.#call('DELETE', objectPath(kind, name), { ...options, propagationPolicy })
  }

  async deleteCollection(
    kind: Kind,
    options: ListOptions,
    { propagationPolicy = 'Background' }: Pick<DeleteOptions, 'propagationPolicy'> = {},
  ): Promise<void> {
    const query = queryOf({ labelSelector: selectorParameter(options) })
    await this.#call('DELETE', `${collectionPath(kind, options.namespace)}${query}`, {
      propagationPolicy,
    })
  }

  async bind(pod: ObjectName, nodeName: string): Promise<void> {
    const { namespace = 'default', name } = pod
    await this.#call('POST', `${objectPath('Pod', pod)}/binding`, {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { namespace, name },
      target: { apiVersion: 'v1', kind: 'Node', name: nodeName },
    })
  }

  async requestToken(account: ObjectName, spec: TokenRequestSpec): Promise<IssuedToken> {
    const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec }
    const path = `${objectPath('ServiceAccount', account)}/token`
    return readIssuedToken(await this.#call('POST', path, request))
  }

  /** All pages show the same point in history: that of the first. */
  async #listPages<K extends Kind>(
    kind: K,
    options: ListOptions,
    pageSize: number | undefined,
  ): Promise<ObjectList<K>> {
    const path = collectionPath(kind, options.namespace)
    const labelSelector = selectorParameter(options)
    const limit = pageSize === undefined ? undefined : String(pageSize)
    const items: ObjectOf<K>[] = []
    let page: Page = { objects: [], resourceVersion: '', next: undefined }
    do {
      const query = queryOf({ limit, continue: page.next, labelSelector })
      page = readPage(await this.#call('GET', `${path}${query}`))
      for (const object of page.objects) items.push(asObject(kind, object))
    } while (page.next !== undefined)
    return { items, resourceVersion: page.resourceVersion }
  }

  async #call(
    method: string,
    target: string,
    body?: object,
    contentType = 'application/json',
  ): Promise<unknown> {
    const call = this.#newCall(method, {
      target,
      ...(body === undefined ? {} : { body: JSON.stringify(body), contentType }),
    })
    let answer
    try {
      answer = await this.#options.caller.call(call)
    } catch (error) {
      throw errorOfCall(error)
    }
    if (answer.status < 200 || answer.status > 299) throw errorOfAnswer(answer)
    return parseJson(answer.body)
  }

  #newCall(
    method: string,
    rest: { readonly target: string; readonly body?: string; readonly contentType?: string },
  ): Call {
    const { target, body, contentType } = rest
    return {
      method,
      target,
      headers:
        contentType === undefined
          ? this.#headers
          : { ...this.#headers, 'content-type': contentType },
      ...(body === undefined ? {} : { body }),
      timeoutMs: this.#options.timeoutMs ?? 30_000,
    }
  }
}

function subresourcePath({ subresource }: WriteOptions): string {
  return subresource === undefined ? '' : `/${subresource}`
}

/** Items of a list come without apiVersion and kind. That the server sends what was asked for is trusted. */
function asObject<K extends Kind>(kind: K, value: unknown): ObjectOf<K> {
  if (!isFields(value) || !isFields(value['metadata'])) throw unintelligible()
  const object: unknown = { apiVersion: KINDS[kind].apiVersion, kind, ...value }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the path asked for this kind only
  return object as ObjectOf<K>
}

interface Page {
  readonly objects: readonly unknown[]
  readonly resourceVersion: string
  /** The rest of the list follows under this token. */
  readonly next: string | undefined
}

function readPage(value: unknown): Page {
  const metadata = isFields(value) ? value['metadata'] : undefined
  if (!isFields(value) || !isFields(metadata)) throw unintelligible()
  const { continue: next, resourceVersion } = metadata
  return {
    // An empty list may be null.
    objects: Array.isArray(value['items']) ? value['items'] : [],
    resourceVersion: textOf(resourceVersion),
    next: typeof next === 'string' && next !== '' ? next : undefined,
  }
}

function unintelligible(): ApiError {
  return new ApiError('InternalError', 'the server answered with something that is no object')
}
