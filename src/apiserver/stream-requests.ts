import type { PodAccess } from '../api/pod-access.ts'
import { SERVICE_NAME_LABEL } from '../api/service.ts'
import type { Store } from '../store/store.ts'
import type { Clock } from '../world/clock.ts'
import type { ServerRequest, ServerResponse, UpgradeRequest } from '../world/http-server.ts'
import type { Random } from '../world/random.ts'
import { objectName } from './reading.ts'
import type { ResourcePath } from './request-path.ts'
import { badRequest, methodNotAllowed } from './status-answer.ts'
import { readExecRequest } from './streaming/exec-query.ts'
import { upgradeRequired } from './streaming/negotiation.ts'
import { targetPod } from './streaming/pod-target.ts'
import { locatePod, locateService, splitProxiedName } from './streaming/proxy-location.ts'
import { serveExec } from './streaming/serve-exec.ts'
import { readLogRequest, serveLog } from './streaming/serve-log.ts'
import { servePortForward } from './streaming/serve-port-forward.ts'
import { serveProxy, type ProxyRequest } from './streaming/serve-proxy.ts'

/** What a stream from a pod needs. */
export interface StreamContext {
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
  readonly podAccess: PodAccess
  /** Told of every fault of ours. */
  readonly onError: (error: unknown) => void
}

export interface StreamExchange {
  readonly request: ServerRequest
  readonly response: ServerResponse
  readonly query: URLSearchParams
}

/** Subresources that lead to a pod, and not to an object. */
const STREAMED: readonly string[] = ['log', 'proxy', 'exec', 'attach', 'portforward']

export function isStreamed({ subresource }: ResourcePath): boolean {
  return subresource !== undefined && STREAMED.includes(subresource)
}

/** `pods/log`, `pods/proxy` and `services/proxy`. Rejects with ApiError while nothing has been answered. */
export async function serveStream(
  { store, clock, random, podAccess }: StreamContext,
  { request, response, query }: StreamExchange,
  path: ResourcePath,
): Promise<void> {
  switch (path.subresource) {
    case 'log': {
      if (request.method !== 'GET') throw methodNotAllowed()
      const pod = store.get('Pod', objectName(path))
      const log = readLogRequest(pod, query, clock.wallMs())
      return serveLog(request, response, log, podAccess)
    }
    case 'proxy': {
      const proxied = proxyRequest({ store, random }, request.target, path)
      return serveProxy({ is: 'request', request, response }, proxied, podAccess)
    }
    default:
      throw upgradeRequired()
  }
}

/** `exec`, `attach`, `portforward`, and what a proxied request upgrades to. Rejects with ApiError while nothing has been answered. */
export async function serveUpgrade(
  { store, clock, random, podAccess, onError }: StreamContext,
  request: UpgradeRequest,
  path: ResourcePath,
  query: URLSearchParams,
): Promise<void> {
  const doors = { access: podAccess, clock, onError }
  switch (path.subresource) {
    case 'exec':
    case 'attach': {
      const pod = store.get('Pod', objectName(path))
      const exec = readExecRequest(pod, query, path.subresource)
      return serveExec(request, exec, doors)
    }
    case 'portforward': {
      const target = targetPod(store.get('Pod', objectName(path)))
      return servePortForward(request, { target }, doors)
    }
    case 'proxy': {
      const proxied = proxyRequest({ store, random }, request.target, path)
      return serveProxy({ is: 'upgrade', request }, proxied, podAccess)
    }
    default:
      throw badRequest('this resource cannot be upgraded to')
  }
}

function proxyRequest(
  { store, random }: Pick<StreamContext, 'store' | 'random'>,
  target: string,
  path: ResourcePath,
): ProxyRequest {
  const { namespace = 'default', name: text = '' } = path
  const name = splitProxiedName(text)
  if (name === undefined)
    throw badRequest(`invalid ${path.served.definition.singular} request ${JSON.stringify(text)}`)
  const located =
    path.served.kind === 'Pod'
      ? locatePod(store.get('Pod', { namespace, name: name.name }), name)
      : locateService(
          store.get('Service', { namespace, name: name.name }),
          store.list('EndpointSlice', {
            namespace,
            labelSelector: { matchLabels: { [SERVICE_NAME_LABEL]: name.name } },
          }).items,
          name,
          random,
        )
  return { ...located, ...splitAtProxy(target) }
}

/** The part in front of what the backend is asked for, and that. */
function splitAtProxy(target: string): { readonly prefix: string; readonly target: string } {
  const match = /^(\/+(?:[^/?]+\/+){5,6}proxy)([/?].*)?$/.exec(target)
  const [, prefix = '', rest = ''] = match ?? []
  return { prefix, target: rest.startsWith('/') ? rest : `/${rest}` }
}
