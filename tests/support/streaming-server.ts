import { onTestFinished } from 'vitest'
import { ApiError } from '../../src/api/api-error.ts'
import type { Pod } from '../../src/api/pod.ts'
import { statusOfError } from '../../src/apiserver/status-answer.ts'
import { readExecRequest } from '../../src/apiserver/streaming/exec-query.ts'
import { targetPod } from '../../src/apiserver/streaming/pod-target.ts'
import { locatePod, splitProxiedName } from '../../src/apiserver/streaming/proxy-location.ts'
import { serveExec } from '../../src/apiserver/streaming/serve-exec.ts'
import { readLogRequest, serveLog } from '../../src/apiserver/streaming/serve-log.ts'
import { servePortForward } from '../../src/apiserver/streaming/serve-port-forward.ts'
import { serveProxy } from '../../src/apiserver/streaming/serve-proxy.ts'
import type { ServerRequest, ServerResponse, UpgradeRequest } from '../../src/world/http-server.ts'
import { liveClock } from '../../src/world/live/clock.ts'
import { liveHttpServers } from '../../src/world/live/http-server.ts'
import { PlayedPodAccess } from './played-pod-access.ts'

const POD: Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'web',
    namespace: 'default',
    uid: 'uid-1',
    creationTimestamp: '2026-01-01T00:00:00Z',
  },
  spec: { nodeName: 'node', containers: [{ name: 'app', image: 'app' }] },
  status: {
    phase: 'Running',
    podIP: '10.0.0.7',
    containerStatuses: [
      {
        name: 'app',
        ready: true,
        restartCount: 0,
        lastState: {},
        image: 'app',
        imageID: '',
        state: { running: { startedAt: '2026-01-01T00:00:00Z' } },
      },
    ],
  },
}

/** As much of an API server as kubectl needs to reach one pod, whose node is played. */
export async function startStreamingServer() {
  const access = new PlayedPodAccess()
  const errors: unknown[] = []
  const served = new StreamingServer(access, (error) => errors.push(error))
  const server = await liveHttpServers().listen({
    listen: { host: '127.0.0.1', port: 0 },
    handlers: {
      onRequest: (request, response) => void served.answer(request, response),
      onUpgrade: (request) => void served.upgrade(request),
    },
    onError: (error) => errors.push(error),
  })
  onTestFinished(() => server.close())
  return { access, errors, url: `http://127.0.0.1:${server.port}`, upgrades: served.upgrades }
}

const LOG_CLOCK = liveClock()

class StreamingServer {
  /** The protocol that each upgrade asked for. */
  readonly upgrades: string[] = []
  readonly #access: PlayedPodAccess

  readonly #onError: (error: unknown) => void

  constructor(access: PlayedPodAccess, onError: (error: unknown) => void) {
    this.#access = access
    this.#onError = onError
  }

  async answer(request: ServerRequest, response: ServerResponse): Promise<void> {
    const { path, query } = split(request)
    try {
      const proxied = proxyOf(request)
      if (path === `${PODS}/web/log`) {
        const log = readLogRequest(POD, query, LOG_CLOCK.wallMs())
        await serveLog(request, response, log, this.#access)
      } else if (proxied !== undefined) {
        await serveProxy({ is: 'request', request, response }, proxied, this.#access)
      } else {
        const body = DOCUMENTS[path]
        if (body === undefined) throw new ApiError('NotFound', `nothing at ${path}`)
        sendJson(response, 200, body)
      }
    } catch (error) {
      const status = statusOfError(error)
      sendJson(response, status.code, status)
    }
  }

  async upgrade(request: UpgradeRequest): Promise<void> {
    const { path, query } = split(request)
    this.upgrades.push(request.headers['upgrade'] ?? '')
    try {
      const doors = { access: this.#access, clock: LOG_CLOCK, onError: this.#onError }
      const proxied = proxyOf(request)
      const exec = /\/(exec|attach)$/.exec(path)?.[1]
      if (exec === 'exec' || exec === 'attach') {
        serveExec(request, readExecRequest(POD, query, exec), doors)
      } else if (path.endsWith('/portforward')) {
        servePortForward(request, { target: targetPod(POD) }, doors)
      } else if (proxied !== undefined) {
        await serveProxy({ is: 'upgrade', request }, proxied, this.#access)
      }
    } catch (error) {
      const status = statusOfError(error)
      request.refuse(status.code, { 'content-type': 'application/json' }, JSON.stringify(status))
    }
  }
}

const PODS = '/api/v1/namespaces/default/pods'

function split({ target }: ServerRequest) {
  const [path = '', query = ''] = target.split('?')
  return { path, query: new URLSearchParams(query) }
}

function proxyOf({ target }: ServerRequest) {
  const match = /^(\/api\/v1\/namespaces\/default\/pods\/([^/]+)\/proxy)(\/.*)?$/.exec(target)
  const name = splitProxiedName(match?.[2] ?? '')
  if (match === null || name === undefined) return undefined
  return { ...locatePod(POD, name), prefix: match[1] ?? '', target: match[3] ?? '/' }
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.send(status, { 'content-type': 'application/json' }, JSON.stringify(body))
}

const GET_VERBS = { namespaced: true, verbs: ['get', 'create', 'list'] }

const DOCUMENTS: Readonly<Record<string, unknown>> = {
  '/version': { major: '1', minor: '34', gitVersion: 'v1.34.4' },
  '/api': { kind: 'APIVersions', versions: ['v1'] },
  '/apis': { kind: 'APIGroupList', apiVersion: 'v1', groups: [] },
  '/api/v1': {
    kind: 'APIResourceList',
    groupVersion: 'v1',
    resources: [
      { name: 'pods', singularName: 'pod', kind: 'Pod', shortNames: ['po'], ...GET_VERBS },
    ],
  },
  '/api/v1/namespaces/default/pods/web': POD,
}
