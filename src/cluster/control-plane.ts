import type { ApiObject } from '../api/meta.ts'
import type { PodAccess } from '../api/pod-access.ts'
import { AccountTokens } from '../apiserver/account-tokens.ts'
import { startApiServer } from '../apiserver/api-server.ts'
import { requestToken } from '../apiserver/token-request.ts'
import { stopAll } from '../base/stop-all.ts'
import type { Client } from '../client/client.ts'
import { inProcessClient } from '../client/in-process-client.ts'
import { readIssuedToken } from '../client/issued-token.ts'
import { startControllers } from '../controllers/controllers.ts'
import { Store } from '../store/store.ts'
import type { Clock } from '../world/clock.ts'
import type { Signer } from '../world/credentials.ts'
import type { HttpServerOptions, HttpServers } from '../world/http-server.ts'
import type { Journal } from '../world/journal.ts'
import type { Address } from '../world/network.ts'
import type { Random } from '../world/random.ts'
import { keepBootstrapObjects } from './bootstrap.ts'

export interface ControlPlaneOptions {
  readonly clock: Clock
  readonly random: Random
  readonly servers: HttpServers
  /** Where the API server listens. */
  readonly listen: HttpServerOptions['listen']
  readonly tls?: HttpServerOptions['tls']
  /** Whoever knows it may do everything. */
  readonly token: string
  /** Makes the tokens of ServiceAccounts. Absent: they have none. */
  readonly signer?: Signer
  /** PEM of the authority that signed the API server's certificate, published to the pods of every namespace. */
  readonly authority?: string
  /** Keeps the state over a restart. Absent: it is gone with the process. */
  readonly journal?: Journal
  /** The version of hitless. */
  readonly version: string
  readonly podAccess: PodAccess
  readonly memoryBytes?: () => number
  /** What clients of the API server are warned of: what is accepted of an object, and has no effect. Default: nothing. */
  readonly notApplied?: (object: ApiObject) => readonly string[]
  /** Told of every fault of ours that a client was answered with an InternalError for. */
  readonly onError: (error: unknown) => void
}

export interface ControlPlane {
  /** The way of components in this process: no network lies between. */
  readonly clientOf: (manager: string) => Client
  /** The port of the API server. */
  readonly port: number
  /**
   * Says where pods reach the API server: what Service default/kubernetes leads to. Undefined: nowhere. Until it is said
   * the endpoint of an earlier run stays.
   */
  announce(this: void, address: Address | undefined): Promise<void>
  /** The node that a pod is bound to; undefined for one that is not there or not bound. */
  nodeOf(pod: { readonly namespace: string; readonly name: string }): string | undefined
  /** Resolves when nothing of it runs, and the state is with the journal. */
  stop(): Promise<void>
}

/**
 * The store, the API server and the controllers: a cluster without nodes. Resolves when the API answers and the
 * controllers are at work; rejects, with nothing running, when the address is taken or the journal cannot be read.
 * https://kubernetes.io/docs/concepts/architecture/#control-plane-components
 */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { clock, random, journal } = options
  const stops: (() => Promise<void>)[] = []
  const stop = () => stopAll(stops)
  try {
    if (journal !== undefined) stops.push(async () => journal.close())
    const store = new Store({
      clock,
      random,
      requireServiceAccounts: true,
      ...(journal === undefined ? {} : { journal }),
    })
    const { signer } = options
    const tokens = signer && new AccountTokens({ store, clock, random, signer })
    const clientOf = (manager: string) => {
      const client = inProcessClient(store, { manager })
      return tokens === undefined ? client : withTokens(client, { store, tokens, clock })
    }
    const server = await startApiServer({ ...options, store })
    stops.push(() => server.close())
    const bootstrap = { client: clientOf('kube-apiserver'), clock }
    const kept = await keepBootstrapObjects(bootstrap, server.port)
    stops.push(kept.stop)
    const controllers = await startControllers({
      client: clientOf('kube-controller-manager'),
      clock,
      eventOptions: { correlate: true },
      ...(options.authority === undefined ? {} : { authority: options.authority }),
    })
    stops.push(() => controllers.stop())
    return {
      clientOf,
      port: server.port,
      announce: kept.announce,
      nodeOf: (pod) => (store.has('Pod', pod) ? store.get('Pod', pod).spec.nodeName : undefined),
      stop,
    }
  } catch (error) {
    // Why it could not start is what counts, whatever goes wrong on the way back.
    await stop().catch(() => undefined)
    throw error
  }
}

/** The subresource that is the API server's, not the store's. */
function withTokens(
  client: Client,
  {
    store,
    tokens,
    clock,
  }: { readonly store: Store; readonly tokens: AccountTokens; readonly clock: Clock },
): Client {
  return {
    ...client,
    async requestToken({ namespace, name }, spec) {
      const context = { store, tokens, nowMs: clock.wallMs() }
      return readIssuedToken(requestToken(context, { namespace, name }, { spec }))
    },
  }
}
