import type { ApiObject } from '../../src/api/meta.ts'
import type { PodAccess } from '../../src/api/pod-access.ts'
import { ApiError } from '../../src/api/api-error.ts'
import { startApiServer, type ApiServer } from '../../src/apiserver/api-server.ts'
import { Store } from '../../src/store/store.ts'
import type { Clock } from '../../src/world/clock.ts'
import type { Signer } from '../../src/world/credentials.ts'
import { liveClock } from '../../src/world/live/clock.ts'
import { liveHttpServers } from '../../src/world/live/http-server.ts'
import { seededRandom } from '../../src/world/random.ts'

export const TOKEN = 'a-token-for-tests'

export interface TestAnswer {
  readonly status: number
  // oxlint-disable-next-line typescript/no-explicit-any -- a test says itself what it expects
  readonly body: any
  readonly headers: Headers
}

export interface RunningApiServer {
  readonly server: ApiServer
  readonly store: Store
  readonly url: string
  /** What the server could not answer: to be empty at the end of every test. */
  readonly faults: readonly unknown[]
  readonly call: (
    method: string,
    path: string,
    options?: { readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> },
  ) => Promise<TestAnswer>
  readonly close: () => Promise<void>
}

/** The API server over real sockets and plain HTTP, on an empty store with the namespace `default`. */
export async function startTestApiServer(
  options: {
    readonly podAccess?: PodAccess
    readonly historyMax?: number
    readonly clock?: Clock
    readonly signer?: Signer
    readonly notApplied?: (object: ApiObject) => readonly string[]
  } = {},
): Promise<RunningApiServer> {
  const faults: unknown[] = []
  const clock = options.clock ?? liveClock()
  const store = new Store({
    clock,
    random: seededRandom(1),
    ...(options.historyMax === undefined ? {} : { historyMax: options.historyMax }),
  })
  const server = await startApiServer({
    store,
    clock,
    random: seededRandom(2),
    servers: liveHttpServers(),
    listen: { host: '127.0.0.1', port: 0 },
    token: TOKEN,
    version: '0.0.0',
    podAccess: options.podAccess ?? NO_PODS,
    onError: (error) => faults.push(error),
    ...(options.signer === undefined ? {} : { signer: options.signer }),
    ...(options.notApplied === undefined ? {} : { notApplied: options.notApplied }),
  })
  const url = `http://127.0.0.1:${server.port}`
  return {
    server,
    store,
    url,
    faults,
    async call(method, path, { body, headers } = {}) {
      const response = await fetch(url + path, {
        method,
        headers: {
          authorization: `Bearer ${TOKEN}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined
          ? {}
          : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      const text = await response.text()
      const isJson = response.headers.get('content-type')?.startsWith('application/json') === true
      return {
        status: response.status,
        body: isJson ? JSON.parse(text) : text,
        headers: response.headers,
      }
    },
    close: () => server.close(),
  }
}

const NO_PODS: PodAccess = {
  openLog: refuse,
  openExec: refuse,
  openPort: refuse,
}

function refuse(): Promise<never> {
  return Promise.reject(new ApiError('InternalError', 'no kubelet is connected'))
}
